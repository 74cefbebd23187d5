import type { Batch, RetriableStatus } from '#domain/batch.ts';
import { Fault, notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';
import type { Hands } from './hands.ts';
import type { Notice } from '#ports/bus.ts';
import type { Clock } from '#ports/log.ts';
import type { BatchChanges, Steering } from '#ports/store/batches.ts';
import type { Store } from '#ports/store/store.ts';

export interface SteerDeps {
  readonly store: Pick<Store, 'batches' | 'items'>;
  readonly hands: Hands;
  readonly clock: Clock;
  readonly wake: () => void;
  /** Tells the other processes. */
  readonly publish: (notice: Notice) => void;
  /** Finishes unfinished steering; resolves after the last step, or earlier when that takes long. */
  readonly advance: (batchId: number) => Promise<void>;
}

/** Running items are left to finish; claimed ones that have not started are given back. */
export async function pauseBatch(deps: SteerDeps, project: Project, batchId: number): Promise<Batch> {
  const batch = await steer(deps, project, batchId, { to: 'pause' });
  await giveBack(deps, batchId);
  return batch;
}

export async function resumeBatch(deps: SteerDeps, project: Project, batchId: number): Promise<Batch> {
  const batch = await steer(deps, project, batchId, { to: 'resume' });
  deps.wake();
  return batch;
}

/** Running work is aborted through its signal; what it still returns is refused by the generation. */
export async function cancelBatch(deps: SteerDeps, project: Project, batchId: number): Promise<Batch> {
  const steered = await steer(deps, project, batchId, { to: 'cancel' });
  deps.hands.abort({ batchId }, new Error('The batch was cancelled.'));
  if (steered.unfinished === null) return steered;
  return finish(deps, project, steered);
}

/** Cancel, then removal. From the first moment on the batch is not found. */
export async function deleteBatch(deps: SteerDeps, project: Project, batchId: number): Promise<void> {
  await steer(deps, project, batchId, { to: 'delete' });
  deps.hands.abort({ batchId }, new Error('The batch was deleted.'));
  void deps.advance(batchId);
}

/**
 * Gives failed (or the named) items a fresh start and re-opens the batch.
 *
 * @throws Fault `nothing_to_retry`
 */
export async function retryBatch(
  deps: SteerDeps,
  project: Project,
  batchId: number,
  statuses: readonly RetriableStatus[],
): Promise<Batch> {
  const found = await deps.store.batches.find(project.id, batchId);
  if (found === null) throw notFound('batch', showId('batch', batchId));
  if (found.unfinished === null && statuses.every((status) => found.counts[status] === 0)) {
    throw new Fault(
      'conflict',
      'nothing_to_retry',
      `Batch ${showId('batch', batchId)} has no ${statuses.join(' or ')} items.`,
    );
  }
  const steered = await steer(deps, project, batchId, { to: 'retry', statuses });
  const batch = await finish(deps, project, steered);
  deps.wake();
  return batch;
}

export async function changeBatch(
  deps: SteerDeps,
  project: Project,
  batchId: number,
  changes: BatchChanges,
): Promise<Batch> {
  const batch = await steer(deps, project, batchId, { to: 'change', changes });
  if (changes.name === undefined || Object.keys(changes).length > 1) {
    // What was claimed under the old priority, pace or limit is chosen anew.
    await giveBack(deps, null);
    deps.wake();
  }
  return batch;
}

async function steer(deps: SteerDeps, project: Project, batchId: number, steering: Steering): Promise<Batch> {
  const steered = await deps.store.batches.steer(project.id, batchId, steering, deps.clock());
  if (steered.kind === 'missing') throw notFound('batch', showId('batch', batchId));
  if (steered.kind === 'refused') {
    // A cancelled batch can be retried: only its rows, still on their way, stand against it.
    if (steering.to === 'retry' && steered.status === 'cancelled') throw stillCancelled(batchId);
    throw new Fault(
      'conflict',
      `cannot_${steering.to}`,
      `Batch ${showId('batch', batchId)} is ${steered.status}: it cannot be told to ${steering.to}. ${remedyFor(steered.status)}`,
    );
  }
  return steered.batch;
}

function remedyFor(status: Batch['status']): string {
  return status === 'completed'
    ? 'It is over: retry runs its failed items again, and more items go into a new batch.'
    : 'Retry, with statuses "cancelled" or "failed", opens it again.';
}

function stillCancelled(batchId: number): Fault {
  const message = `Batch ${showId('batch', batchId)} is still being cancelled: try again in a moment.`;
  return new Fault('conflict', 'cannot_retry', message, { retryAfterSeconds: 1 });
}

async function giveBack(deps: SteerDeps, batchId: number | null): Promise<void> {
  const held = deps.hands.giveBack(batchId);
  if (held.length > 0) await deps.store.items.release(held, deps.clock());
}

/** Small batches are done by the time the caller hears of it. */
async function finish(deps: SteerDeps, project: Project, steered: Batch): Promise<Batch> {
  await deps.advance(steered.id);
  await deps.store.batches.end([steered.id], deps.clock());
  return (await deps.store.batches.find(project.id, steered.id)) ?? steered;
}
