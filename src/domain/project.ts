import type { AlertThresholds } from './alert-thresholds.ts';
import type { Caps } from './caps.ts';
import type { Rates } from './quota.ts';

/** The isolation boundary. Everything else belongs to exactly one. */
export interface Project {
  readonly id: number;
  readonly name: string;
  /** Counts the published document changes. */
  readonly corpusVersion: number;
  readonly createdAt: number;
  /** Limits of calls that it chose; absent: none. */
  readonly rates?: Rates;
  /** How much it may hold, where it chose that; absent: nothing. */
  readonly caps?: Caps;
  /** From where on something of it is an alert, where it chose that; absent: nothing. */
  readonly alerts?: AlertThresholds;
}

export const DEFAULT_PROJECT = 'default';
