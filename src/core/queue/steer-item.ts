import { Fault, notFound } from '#domain/fault.ts';
import { batchOfItem, showId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';
import type { SteerDeps } from './steer-batch.ts';

/** @throws Fault `not_found`, `cannot_retry` */
export async function retryItem(deps: SteerDeps, project: Project, itemId: number): Promise<void> {
  await steer(deps, project, itemId, 'retry');
  deps.wake();
  deps.publish({ kind: 'work' });
}

/** Removes an item; running work is aborted, and the batch may end by it. */
export async function deleteItem(deps: SteerDeps, project: Project, itemId: number): Promise<void> {
  await steer(deps, project, itemId, 'delete');
  deps.hands.abort({ itemId }, new Error('The item was deleted.'));
  deps.publish({ kind: 'item_taken', itemId });
  await deps.store.batches.end([batchOfItem(itemId)], deps.clock());
}

async function steer(
  deps: SteerDeps,
  project: Project,
  itemId: number,
  to: 'retry' | 'delete',
): Promise<void> {
  const steered = await deps.store.items.steer(project.id, itemId, to, deps.clock());
  if (steered.kind === 'missing') throw notFound('item', showId('item', itemId));
  if (steered.kind === 'refused') {
    throw new Fault(
      'conflict',
      `cannot_${to}`,
      `Item ${showId('item', itemId)} is ${steered.status}: only failed and cancelled items can be retried, once their batch has come to rest.`,
    );
  }
}
