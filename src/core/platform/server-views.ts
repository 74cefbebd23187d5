import type { ServiceState } from './watch-service.ts';

/** Figures of a project. */
export interface Stats {
  readonly queue: {
    readonly batchesOpen: number;
    readonly pending: number;
    readonly processing: number;
    readonly deadLetters: number;
    /** More of them than may be without an alert. */
    readonly isAlarming: boolean;
  };
  readonly answers: {
    readonly total: number;
    readonly notFound: number;
    readonly expired: number;
    readonly suspect: number;
    readonly expiring: number;
    /** These four over the last 7 days. */
    readonly hits: number;
    readonly misses: number;
    readonly savedMs: number;
    readonly savedTokens: number;
  };
  readonly documents: { readonly total: number; readonly chunks: number; readonly corpusVersion: number };
}

/** What a server is made of, and its settings. */
export interface Description {
  readonly version: string;
  readonly runtime: string;
  readonly engine: 'embedded' | 'bullmq';
  readonly store: { readonly kind: string; readonly version: string; readonly bytes: number };
  readonly services: readonly ServiceState[];
  readonly models: { readonly generator: string; readonly embedder: string };
  readonly settings: readonly SettingInForce[];
}

export interface SettingInForce {
  readonly name: string;
  /** null: it is secret. */
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly meaning: string;
}
