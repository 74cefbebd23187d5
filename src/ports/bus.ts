import type { Stage } from '#domain/stage.ts';

/**
 * Tells other processes at once what they would find in the store in a moment. Notices are hints: they may be lost, come twice,
 * or come before what they speak of can be read; nothing but speed rests on them.
 */
export interface Bus {
  /** Told to all other processes; this one does not hear it. Never throws, never waits. */
  publish(notice: Notice): void;
  /** The function it gives ends it. */
  subscribe(listener: Listener): () => void;
  describe(): BusFacts;
  close(): Promise<void>;
}

/** @param heard a notice, or that some may have been missed: then whoever listens looks for himself */
export type Listener = (heard: Notice | 'missed') => void;

export interface BusFacts {
  readonly kind: 'none' | 'postgres' | 'redis';
  /** Notices pass. With no bus, there is nothing that could be down. */
  readonly isUp: boolean;
}

export type Notice =
  /** There may be items to claim. */
  | { readonly kind: 'work' }
  | { readonly kind: 'steered'; readonly batchId: number; readonly to: SteeredTo }
  /** An item was deleted, or taken away. */
  | { readonly kind: 'item_taken'; readonly itemId: number }
  /** Items of these batches moved. */
  | { readonly kind: 'progress'; readonly batchIds: readonly number[] }
  /** What a process runs of a batch now; nothing when it has just stopped. */
  | {
      readonly kind: 'running';
      readonly workerId: number;
      readonly batchId: number;
      readonly items: readonly RunningElsewhere[];
    }
  /** Answers of the project were dropped: any of them. */
  | { readonly kind: 'answers_dropped'; readonly projectId: number }
  /** An answer made at that time is about to take the place of what is there under this key. */
  | {
      readonly kind: 'answer_superseded';
      readonly projectId: number;
      readonly key: string;
      readonly madeAt: number;
    }
  /** A worker is to finish what it has and take no more. */
  | { readonly kind: 'drain'; readonly workerId: number };

export type SteeredTo = 'pause' | 'resume' | 'cancel' | 'delete' | 'retry' | 'change';

export interface RunningElsewhere {
  readonly id: number;
  readonly description: string;
  readonly startedAt: number;
  readonly stage: Stage | null;
}
