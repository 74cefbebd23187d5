import { Fault, notFound } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { isOpen } from '#domain/batch.ts';
import type { Batch } from '#domain/batch.ts';
import type { Project } from '#domain/project.ts';
import type { NewItem } from '#ports/store/batches.ts';
import type { Workload } from '#ports/workload.ts';
import type { AddInput } from './submission.ts';
import { checkRoom } from './check-room.ts';
import { readInput } from './read-input.ts';
import { RowSorter } from './sort-rows.ts';
import { getWorkload } from './submit-batch.ts';
import type { SubmitDeps } from './submit-batch.ts';

/** An add is one transaction, so that it is whole or not there. */
const MOST_ADDED = 10_000;

/** Adds to one batch take turns: each is compared with what the one before left. */
const turns = new WeakMap<object, Map<number, Promise<unknown>>>();

/**
 * Adds items to a batch while it is open; those it already holds become `skipped` rows.
 *
 * @throws Fault `not_found`, `batch_closed`, and what reading the input can throw; nothing was added then
 */
export async function addItems(
  deps: SubmitDeps,
  project: Project,
  batchId: number,
  input: AddInput,
): Promise<{
  batch: Batch;
  added: number;
  duplicates: number;
  invalid: number;
  problems: readonly Problem[];
}> {
  const found = await deps.store.batches.find(project.id, batchId);
  if (found === null) throw notFound('batch', showId('batch', batchId));
  if (!isOpen(found.status)) throw closed(batchId, found.status);
  const workload = getWorkload(deps.workloads, found.workload);
  const rows: Parameters<RowSorter['sort']>[0][] = [];
  let count = 0;
  for await (const group of readInput(workload, input, found.options)) {
    rows.push(group);
    count += group.length;
    if (count > MOST_ADDED) {
      throw new Fault(
        'too_large',
        'too_many_items',
        `At most ${MOST_ADDED} items can be added at a time: add them in parts.`,
      );
    }
  }
  return takeTurn(deps.store, batchId, async () => {
    const sorter = new RowSorter({
      onInvalid: input.onInvalid ?? 'reject',
      maxItems: deps.limits.maxItems,
      isKeyed: workload.dedupe === 'batch',
    });
    await rememberItems(deps, sorter, workload, batchId);
    const items: NewItem[] = rows.flatMap((group) => sorter.sort(group));
    sorter.finish();
    await checkRoom(deps, project, sorter.accepted - sorter.duplicates);
    const adding = deps.store.intake.add(project.id, batchId, items, deps.clock());
    // Now, for the same commit where commits are shared; and then, where that was too early.
    deps.wake();
    const added = await adding;
    deps.wake();
    if (added.kind === 'missing') throw notFound('batch', showId('batch', batchId));
    if (added.kind === 'refused') throw closed(batchId, added.status);
    const { accepted, duplicates, invalid, problems } = sorter;
    return { batch: added.batch, added: accepted - duplicates, duplicates, invalid, problems };
  });
}

async function rememberItems(
  deps: SubmitDeps,
  sorter: RowSorter,
  workload: Workload,
  batchId: number,
): Promise<void> {
  for (let after = 0; ;) {
    const seen = await deps.store.intake.payloads(batchId, after, 5_000);
    for (const { seq, payload } of seen) {
      const read = workload.readEntry(payload);
      sorter.remember('ok' in read ? read.ok.sameness : null, seq);
      after = seq;
    }
    if (seen.length < 5_000) return;
  }
}

async function takeTurn<T>(owner: object, batchId: number, work: () => Promise<T>): Promise<T> {
  const queue = turns.get(owner) ?? new Map<number, Promise<unknown>>();
  turns.set(owner, queue);
  const before = queue.get(batchId) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(work);
  queue.set(batchId, mine);
  try {
    return await mine;
  } finally {
    if (queue.get(batchId) === mine) queue.delete(batchId);
  }
}

function closed(batchId: number, status: string): Fault {
  return new Fault(
    'conflict',
    'batch_closed',
    `Batch ${showId('batch', batchId)} is ${status} and takes no more items: submit a new batch, or retry this one first.`,
  );
}
