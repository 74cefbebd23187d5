/** What is kept sealed, as it is kept: for whoever seals it anew with another key, or for the first time. */
export interface SealStore {
  /** Keys that something may be sealed with. */
  keys(): Promise<readonly SealKey[]>;
  /** Notes a key, before anything is sealed with it. */
  noteKey(key: SealKey): Promise<void>;
  /** Forgets all keys but that one (null: all): nothing is sealed with them any more. */
  forgetOthers(name: string | null): Promise<void>;
  /** Rows of a kind, of all projects, from after `cursor` on. */
  rows(kind: SealedKind, cursor: string | null, limit: number): Promise<SealedRows>;
  /** Puts other values into rows, each unless it was changed since it was read; how many were. */
  replace(kind: SealedKind, changes: readonly SealChange[]): Promise<number>;
  /** The newest pass; null: there was none. */
  pass(): Promise<SealPass | null>;
  /** In place of the pass before, whether that has ended or not. How many rows it will look at is counted here. */
  beginPass(pass: Pick<SealPass, 'key' | 'startedAt'>): Promise<void>;
  /** False: another pass was begun meanwhile. */
  advancePass(pass: SealPass): Promise<boolean>;
}

/** In the order in which a pass goes through them. */
export const SEALED_KINDS = [
  'items',
  'answers',
  'former_answers',
  'misses',
  'judgements',
  'turns',
  'schedules',
  'responses',
] as const;

export type SealedKind = (typeof SEALED_KINDS)[number];

export interface SealKey {
  readonly name: string;
  /** Opens with this key alone. */
  readonly proof: string;
  readonly since: number;
}

export interface SealedRow {
  /** Its primary key. */
  readonly id: readonly (string | number)[];
  readonly projectId: number;
  /** What tells it from others of its project and kind, where its words are bound to that; otherwise null. */
  readonly key: string | null;
  /** What is sealed of it, in the order of the kind's columns. */
  readonly values: readonly (string | null)[];
}

export interface SealedRows {
  readonly rows: readonly SealedRow[];
  /** null: these were the last of their kind. */
  readonly next: string | null;
}

export interface SealChange {
  readonly row: SealedRow;
  readonly values: readonly (string | null)[];
}

export interface SealPass {
  /** Name of the key that seals; null: everything is laid open. */
  readonly key: string | null;
  /** Where it stands. */
  readonly kind: SealedKind;
  readonly cursor: string | null;
  /** Rows that were looked at, and those of them that were sealed anew. */
  readonly looked: number;
  readonly sealed: number;
  /** Rows that there were when it began. */
  readonly total: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
}
