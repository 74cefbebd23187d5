import type { Answer } from '#domain/answer.ts';
import type { Turn } from '#domain/turn.ts';

/** The first tier over the store's answers: this process's memory. What it holds may vanish at any time. */
export interface AnswerCache {
  get(projectId: number, key: string): Answer | undefined;
  set(answer: Answer): void;
  delete(projectId: number, key: string): void;
  clear(projectId: number): void;
}

/**
 * The second tier: between the memory of processes and the store, shared by all of them. What it holds may vanish at any
 * time, it may be away, and what it gives may be behind the store: whoever asks compares versions. A call that cannot
 * be made rejects within a moment.
 */
export interface SharedAnswerCache {
  find(projectId: number, key: string): Promise<SharedAnswer | null>;
  /**
   * Keeps it, unless what is there under its key is newer.
   *
   * @param mostBytes that the project may keep here: what would end first goes then; null: any amount
   */
  keep(shared: SharedAnswer, mostBytes: number | null): Promise<void>;
  /** What the project keeps here; null: not counted, since it may keep any amount. */
  bytesOf(projectId: number): Promise<number | null>;
  /** An answer made at `madeAt` is about to be stored: for a while nothing older is kept under this key. */
  supersede(projectId: number, key: string, madeAt: number): Promise<void>;
  /** Forgets all of a project. */
  clear(projectId: number): Promise<void>;
  close(): void;
}

export interface SharedAnswer {
  readonly answer: Answer;
  /** The project's cache version before the answer was read from the store. */
  readonly cacheVersion: number;
}

/** The same over the store's turns. */
export interface TurnCache {
  get(projectId: number, key: string): Turn | undefined;
  set(turn: Turn): void;
  clear(projectId: number): void;
}
