/** Something that needs a person. Raised once, cleared when it is over. Times are epoch milliseconds. */
export interface Alert {
  readonly id: number;
  /** null: it is about the server. */
  readonly projectId: number | null;
  readonly kind: AlertKind;
  /** What is the matter, and what to do. */
  readonly message: string;
  /** As it was when it was raised. */
  readonly value: number;
  readonly threshold: number;
  readonly raisedAt: number;
  readonly clearedAt: number | null;
}

export const ALERT_KINDS = [
  'dead_letters',
  'backlog',
  'cold',
  'budget',
  'webhook_off',
  'breaker',
  'memory',
  'disk',
  'redis_memory',
] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

/** One look at what an alert is about. */
export interface Reading {
  readonly projectId: number | null;
  readonly kind: AlertKind;
  readonly value: number;
  readonly threshold: number;
  readonly isOver: boolean;
  readonly message: string;
}
