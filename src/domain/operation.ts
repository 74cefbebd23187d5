import type { BatchStatus } from './batch.ts';
import type { ItemStatus } from './item.ts';

/** An action on everything that matches a filter, done in steps, with its own progress. Times are epoch milliseconds. */
export interface Operation {
  readonly id: number;
  readonly projectId: number;
  readonly action: OperationAction;
  readonly filter: OperationFilter;
  readonly status: 'processing' | 'completed';
  /** Things looked at so far that matched. */
  readonly matched: number;
  readonly changed: number;
  /** Matched, and could not be changed; the last reason is in `note`. */
  readonly refused: number;
  readonly note: string | null;
  /** The operation that this one takes back. */
  readonly undoes: number | null;
  /** It has ended, changed something that can be taken back, and nobody has done so yet. */
  readonly canUndo: boolean;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export const BATCH_ACTIONS = ['pause', 'resume', 'cancel', 'retry', 'delete'] as const;
export const ITEM_ACTIONS = ['retry', 'delete'] as const;

export type OperationAction =
  | { readonly on: 'batches'; readonly verb: (typeof BATCH_ACTIONS)[number] }
  | { readonly on: 'items'; readonly verb: (typeof ITEM_ACTIONS)[number] };

/** What an operation changed, where it can be taken back. */
export interface OperationChange {
  readonly batchId: number;
  /** As it stood before. */
  readonly was: BatchStatus;
}

/**
 * What takes an action back; null where nothing does. Cancelled items run again, those that ran from their beginning;
 * what was deleted is gone, and what was sent again has begun.
 */
export function inverseOf({ on, verb }: OperationAction): OperationAction | null {
  if (on === 'items') return null;
  if (verb === 'pause') return { on, verb: 'resume' };
  if (verb === 'resume') return { on, verb: 'pause' };
  return verb === 'cancel' ? { on, verb: 'retry' } : null;
}

/** Whether the action changes a batch that stands there: what stands otherwise was so before, or is refused. */
export function isChangedBy({ on, verb }: OperationAction, was: BatchStatus): boolean {
  if (on === 'items') return false;
  if (verb === 'pause') return was === 'processing';
  if (verb === 'resume') return was === 'paused';
  return verb === 'cancel' && (was === 'processing' || was === 'paused');
}

export interface OperationFilter {
  /** Items of this batch only. */
  readonly batchId?: number;
  readonly batchStatus?: BatchStatus;
  readonly itemStatus?: ItemStatus;
  readonly workload?: string;
  readonly text?: string;
  readonly errorCode?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}
