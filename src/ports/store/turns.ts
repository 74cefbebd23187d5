import type { Turn } from '#domain/turn.ts';

/** Turns of models that requests are passed through to, by project and key. */
export interface TurnStore {
  /** Those of these keys that are there, expired or not, in any order. At most 2,048 keys. */
  find(projectId: number, keys: readonly string[]): Promise<readonly Turn[]>;
  /** In place of older ones under the same keys. */
  put(turns: readonly NewTurn[]): Promise<void>;
  /** Drops what matches; returns how many. */
  drop(projectId: number, filter: TurnFilter): Promise<number>;
  stats(projectId: number): Promise<TurnStats>;
  /** Removes what expired before that time, in every project, at most `limit`; returns how many. */
  sweep(before: number, limit: number): Promise<number>;
}

export interface NewTurn extends Turn {
  /** Of its body, given along by whoever seals it; absent: they are counted. */
  readonly bytes?: number;
}

export interface TurnFilter {
  readonly model?: string;
  readonly keys?: readonly string[];
}

export interface TurnStats {
  readonly turns: number;
  /** Of their bodies. */
  readonly bytes: number;
}
