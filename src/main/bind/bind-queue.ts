import type { App } from '#core/app.ts';
import type { Submitted } from '#core/queue/submission.ts';
import type { BatchView } from '#core/queue/views.ts';
import type { Batch } from '#domain/batch.ts';
import { notFound } from '#domain/fault.ts';
import { batchOfItem, showId } from '#domain/ids.ts';
import { MAX_PAGE } from '#domain/page.ts';
import { totalOf } from '#domain/item.ts';
import type { Item } from '#domain/item.ts';
import type { Project } from '#domain/project.ts';
import { addItems } from '#core/queue/add-items.ts';
import { hearNotice } from '#core/queue/hear-notices.ts';
import { RunningElsewhere, TellRunning } from '#core/queue/running-elsewhere.ts';
import { Operations } from '#core/queue/run-operation.ts';
import * as steer from '#core/queue/steer-batch.ts';
import { deleteItem, retryItem } from '#core/queue/steer-item.ts';
import { previewBatch, submitBatch } from '#core/queue/submit-batch.ts';
import type { SubmitDeps } from '#core/queue/submit-batch.ts';
import { RateMeter, viewBatch } from '#core/queue/view-batch.ts';
import { BatchWatch } from '#core/queue/watch-batches.ts';
import type { Notice } from '#ports/bus.ts';
import type { Queue, QueueParts } from '../open/open-queue.ts';

export interface BoundQueue {
  readonly verbs: Pick<App, 'batches' | 'items' | 'operations'>;
  readonly operations: Operations;
  close(): void;
}

/** How often what is watched is looked at: well within the half second that a watcher may wait. */
const LOOK_MS = 200;

/** Binds the verbs of the queue to their parts. */
export function bindQueue(parts: QueueParts, queue: Queue): BoundQueue {
  const { store, workloads, config, clock, log } = parts;
  const { bus } = parts;
  const elsewhere = new RunningElsewhere();
  const viewDeps = { hands: queue.hands, workloads, meter: new RateMeter(), elsewhere };
  const view = (batch: Batch): BatchView => viewBatch(viewDeps, batch, clock());
  const watch = new BatchWatch({ store, clock, log, view, everyMs: LOOK_MS });
  const advance = (batchId: number): Promise<void> => queue.advancer.advance(batchId);
  const submitDeps: SubmitDeps = {
    store,
    workloads,
    clock,
    tracer: parts.tracer,
    wake: () => {
      queue.wake();
      bus.publish({ kind: 'work' });
    },
    along: async (write) => {
      const result = await queue.engine.along(write);
      // What this process had no room for is for the others.
      bus.publish({ kind: 'work' });
      return result;
    },
    advance: (id) => void advance(id),
    limits: {
      maxItems: config.PREHEAT_MAX_ITEMS,
      paceMs: config.PREHEAT_PACE_MS,
      maxAttempts: config.PREHEAT_MAX_ATTEMPTS,
      maxPending: config.PREHEAT_MAX_PENDING,
    },
  };
  const publish = (notice: Notice): void => bus.publish(notice);
  const steerDeps: steer.SteerDeps = {
    store,
    hands: queue.hands,
    clock,
    wake: queue.wake,
    publish,
    advance,
  };
  const { workerId } = queue;
  const operations = new Operations({ store, clock, log, workerId, verbs: operationVerbs(steerDeps) });
  const find = async (project: Project, batchId: number): Promise<BatchView> => {
    const batch = await store.batches.find(project.id, batchId);
    if (batch === null) throw notFound('batch', showId('batch', batchId));
    return view(batch);
  };

  const batches = bindBatches({ parts, watch, view, find, submitDeps, steerDeps });

  const bound = joinBus(parts, queue, { watch, elsewhere });

  return {
    verbs: { batches, items: bindItems(parts, steerDeps, find), operations },
    operations,
    close() {
      bound.leave();
      watch.close();
      operations.close();
    },
  };
}

/** How often the others are told what runs here. */
const TELL_MS = 500;

/** Takes up what other processes tell, and tells them what runs here. */
function joinBus(
  { bus, store, clock, log, workloads }: QueueParts,
  { hands, wake, workerId, drain }: Queue,
  { watch, elsewhere }: { readonly watch: BatchWatch; readonly elsewhere: RunningElsewhere },
): { leave(): void } {
  if (bus.describe().kind === 'none') return { leave: () => undefined };
  const look = (batchIds: readonly number[] | null): void => watch.lookSoon(batchIds);
  const hearing = { store, hands, clock, wake, elsewhere, look, workerId, onDrain: drain };
  const unsubscribe = bus.subscribe((heard) => {
    hearNotice(hearing, heard).catch((error: unknown) =>
      log('warn', 'notice_failed', { why: String(error) }),
    );
  });
  const telling = new TellRunning({
    hands,
    workerId,
    describe: (item) => workloads.get(item.workload)?.describe(item.payload) ?? '',
    publish: (notice) => bus.publish(notice),
  });
  const timer = setInterval(() => telling.look(), TELL_MS);
  return {
    leave() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}

interface BatchBindings {
  readonly parts: QueueParts;
  readonly watch: BatchWatch;
  readonly view: (batch: Batch) => BatchView;
  readonly find: (project: Project, batchId: number) => Promise<BatchView>;
  readonly submitDeps: SubmitDeps;
  readonly steerDeps: steer.SteerDeps;
}

function bindBatches({ parts, watch, view, find, submitDeps, steerDeps }: BatchBindings): App['batches'] {
  const { store } = parts;
  return {
    async submit(command): Promise<Submitted> {
      const { batch, invalid, problems } = await submitBatch(submitDeps, command);
      parts.log('info', 'batch_queued', {
        batch: showId('batch', batch.id),
        workload: batch.workload,
        items: totalOf(batch.counts),
        requestId: batch.requestId,
      });
      return { ...view(batch), invalid, problems };
    },
    preview: (command) => previewBatch(submitDeps, command),
    get: find,
    wait: async (project, batchId, wait) => {
      await find(project, batchId);
      return watch.wait(project, batchId, wait);
    },
    async list(project, filter, page) {
      const { items, next } = await store.batches.list(project.id, filter, page);
      return { items: items.map(view), next };
    },
    change: async (project, id, changes) => view(await steer.changeBatch(steerDeps, project, id, changes)),
    pause: async (project, id) => view(await steer.pauseBatch(steerDeps, project, id)),
    resume: async (project, id) => view(await steer.resumeBatch(steerDeps, project, id)),
    cancel: async (project, id) => view(await steer.cancelBatch(steerDeps, project, id)),
    retry: async (project, id, statuses) => view(await steer.retryBatch(steerDeps, project, id, statuses)),
    delete: (project, id) => steer.deleteBatch(steerDeps, project, id),
    async add(project, batchId, input) {
      const { batch, ...counts } = await addItems(submitDeps, project, batchId, input);
      return { batch: view(batch), ...counts };
    },
    watch: (project, batchId, signal) => watch.watch(project, batchId, signal),
    results: (project, batchId) => readAll(parts, project, batchId),
  };
}

function bindItems(
  parts: QueueParts,
  steerDeps: steer.SteerDeps,
  findBatch: BatchBindings['find'],
): App['items'] {
  const { store, workloads, clock } = parts;
  const describe = (item: Pick<Item, 'workload' | 'payload'>): string =>
    workloads.get(item.workload)?.describe(item.payload) ?? '';
  const get: App['items']['get'] = async (project, itemId) => {
    const item = await store.items.find(project.id, itemId);
    if (item === null) throw notFound('item', showId('item', itemId));
    const waiting = item.status === 'pending' ? await store.items.waiting(item, clock()) : null;
    const isRunning = item.status === 'processing';
    const current = isRunning ? (await findBatch(project, batchOfItem(itemId))).current : [];
    const stage = current.find(({ id }) => id === itemId)?.stage ?? null;
    return { item, description: describe(item), waiting, stage };
  };
  return {
    get,
    describe,
    list: (project, filter, page) => store.items.list(project.id, filter, page),
    async retry(project, itemId) {
      await retryItem(steerDeps, project, itemId);
      return get(project, itemId);
    },
    delete: (project, itemId) => deleteItem(steerDeps, project, itemId),
    deadLetters: (project) => store.items.deadLetters(project.id),
  };
}

function operationVerbs(deps: steer.SteerDeps): ConstructorParameters<typeof Operations>[0]['verbs'] {
  return {
    pause: (project, id) => steer.pauseBatch(deps, project, id),
    resume: (project, id) => steer.resumeBatch(deps, project, id),
    cancel: (project, id) => steer.cancelBatch(deps, project, id),
    retry: (project, id, statuses) => steer.retryBatch(deps, project, id, statuses),
    delete: (project, id) => steer.deleteBatch(deps, project, id),
    retryItem: (project, id) => retryItem(deps, project, id),
    deleteItem: (project, id) => deleteItem(deps, project, id),
  };
}

async function* readAll(
  { store }: QueueParts,
  project: Project,
  batchId: number,
): AsyncGenerator<readonly Item[]> {
  if ((await store.batches.find(project.id, batchId)) === null)
    throw notFound('batch', showId('batch', batchId));
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.items.list>> = await store.items.list(
      project.id,
      { batchId },
      { limit: MAX_PAGE, cursor },
    );
    yield page.items;
    cursor = page.next;
  } while (cursor !== null);
}
