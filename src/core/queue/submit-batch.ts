import type { Batch } from '#domain/batch.ts';
import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { totalOf } from '#domain/item.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Clock } from '#ports/log.ts';
import type { Tracer } from '#ports/tracer.ts';
import type { BatchDraft, NewItem } from '#ports/store/batches.ts';
import type { Engine } from '#ports/engine.ts';
import type { Store } from '#ports/store/store.ts';
import type { Workload } from '#ports/workload.ts';
import type { Preview, SubmitCommand } from './submission.ts';
import { checkRoom } from './check-room.ts';
import { readInput } from './read-input.ts';
import { RowSorter } from './sort-rows.ts';

export interface SubmitDeps {
  readonly store: Store;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly clock: Clock;
  readonly tracer: Tracer;
  readonly limits: SubmitLimits;
  /** Something may be claimable: called in the tick of the write, so that both share a commit. */
  readonly wake: () => void;
  /** Does a write together with the claim that it would wake: see the engine. */
  readonly along: Engine['along'];
  /** Goes on with unfinished work of a batch, in the background. */
  readonly advance: (batchId: number) => void;
}

export interface SubmitLimits {
  readonly maxItems: number;
  readonly paceMs: number;
  readonly maxAttempts: number;
  /** Items that a project may have waiting; beyond that it is told when to come again. */
  readonly maxPending: number;
}

/** What fits into one transaction without holding up others. */
const ONE_WRITE = 2_000;

/**
 * Queues a batch. A small one is one transaction; a large one is received in pieces nobody sees, then sealed.
 *
 * @throws Fault `unknown_workload`, `invalid_options`, `invalid_items`, `empty_submission`, `too_many_items`, and
 *   what the input itself throws when its sender hangs up; nothing is left behind in any of these cases
 */
export function submitBatch(deps: SubmitDeps, command: SubmitCommand): Promise<Queued> {
  const { project, workload } = command;
  if (!deps.tracer.isOn) return queueBatch(deps, command);
  const attributes = { 'preheat.project': project.name, 'preheat.workload': workload };
  return deps.tracer.span({ name: `submit ${workload}`, kind: 'producer', attributes }, async (span) => {
    const queued = await queueBatch(deps, command);
    const { id, counts } = queued.batch;
    span.note({ 'preheat.batch': showId('batch', id), 'preheat.items': totalOf(counts) });
    return queued;
  });
}

interface Queued {
  readonly batch: Batch;
  readonly invalid: number;
  readonly problems: readonly Problem[];
}

async function queueBatch(deps: SubmitDeps, command: SubmitCommand): Promise<Queued> {
  const { workload, options, onInvalid } = await readCommand(deps, command);
  await checkRoom(deps, command.project, 1);
  const sorter = sorterFor(deps, workload, onInvalid);
  const draft = draftOf(deps, command, workload, options);
  let waiting: NewItem[] = [];
  let received: number | null = null;
  try {
    for await (const rows of readInput(workload, command.input, options)) {
      waiting.push(...sorter.sort(rows));
      if (waiting.length <= ONE_WRITE) continue;
      received ??= await deps.store.intake.receive(draft, deps.clock());
      await deps.store.intake.append(received, waiting, deps.clock());
      waiting = [];
    }
    sorter.finish();
    await checkRoom(deps, command.project, sorter.accepted - sorter.duplicates);
    const batch = await complete(deps, command, { draft, received, waiting });
    return { batch, invalid: sorter.invalid, problems: sorter.problems };
  } catch (error) {
    if (received !== null) await discard(deps, received);
    throw error;
  }
}

async function complete(
  deps: SubmitDeps,
  command: SubmitCommand,
  { draft, received, waiting }: { draft: BatchDraft; received: number | null; waiting: readonly NewItem[] },
): Promise<Batch> {
  const { intake } = deps.store;
  if (received !== null && waiting.length > 0) await intake.append(received, waiting, deps.clock());
  if (received === null) {
    return deps.along(async (request) => {
      if (request === null)
        return { result: await intake.submit(draft, waiting, command.key, deps.clock()), claim: null };
      const { batch, claim } = await intake.submitAndClaim(draft, waiting, command.key, request);
      return { result: batch, claim };
    });
  }
  const sealed = intake.seal(received, command.key, deps.clock());
  // Now, so that the claim shares its commit where commits are shared; and then, where it came too early.
  deps.wake();
  const batch = await sealed;
  deps.wake();
  return batch;
}

async function discard(deps: SubmitDeps, batchId: number): Promise<void> {
  // When even this fails, the next start finds the batch unsealed and removes it.
  await deps.store.intake.discard(batchId, deps.clock()).catch(() => undefined);
  deps.advance(batchId);
}

/** How a submission would be read; nothing is queued. */
export async function previewBatch(deps: SubmitDeps, command: SubmitCommand): Promise<Preview> {
  const { workload, options } = await readCommand(deps, command);
  const sorter = sorterFor(deps, workload, 'skip');
  const sample: Preview['sample'][number][] = [];
  for await (const rows of readInput(workload, command.input, options)) {
    for (const { payload, skip } of sorter.sort(rows)) {
      if (sample.length < 50)
        sample.push({ description: workload.describe(payload), duplicate: skip !== undefined });
    }
  }
  const { accepted, duplicates, invalid, problems } = sorter;
  return { workload: workload.name, total: accepted, duplicates, invalid, problems, sample };
}

export function getWorkload(workloads: ReadonlyMap<string, Workload>, name: string): Workload {
  const workload = workloads.get(name);
  if (workload !== undefined) return workload;
  const known = [...workloads.keys()].join(', ');
  throw new Fault('invalid', 'unknown_workload', `There is no workload "${name}". Known: ${known}.`, {
    problems: [{ field: 'workload', message: `must be one of ${known}` }],
  });
}

function sorterFor(deps: SubmitDeps, workload: Workload, onInvalid: 'reject' | 'skip'): RowSorter {
  const isKeyed = workload.dedupe === 'batch';
  return new RowSorter({ onInvalid, maxItems: deps.limits.maxItems, isKeyed });
}

async function readCommand(
  deps: SubmitDeps,
  command: SubmitCommand,
): Promise<{ workload: Workload; options: JsonObject; onInvalid: 'reject' | 'skip' }> {
  const workload = getWorkload(deps.workloads, command.workload);
  const { onInvalid = 'reject', ...rest } = command.options;
  if (onInvalid !== 'reject' && onInvalid !== 'skip') {
    throw badOption({ field: 'options.onInvalid', message: 'must be "reject" or "skip"' });
  }
  const completed = (await workload.completeOptions?.(command.project.id, rest)) ?? rest;
  const options = workload.readOptions(completed);
  if ('problem' in options) throw badOption(options.problem);
  return { workload, options: options.ok, onInvalid };
}

function badOption(problem: Problem): Fault {
  return new Fault('invalid', 'invalid_options', `${problem.field ?? 'options'}: ${problem.message}.`, {
    problems: [problem],
  });
}

function draftOf(
  deps: SubmitDeps,
  command: SubmitCommand,
  workload: Workload,
  options: JsonObject,
): BatchDraft {
  const pace = workload.paceOf?.(options) ?? {};
  return {
    projectId: command.project.id,
    workload: command.workload,
    name: command.name,
    source: command.source,
    priority: command.priority,
    paceMs: command.paceMs ?? pace.paceMs ?? deps.limits.paceMs,
    concurrency: command.concurrency ?? pace.concurrency ?? null,
    maxAttempts: command.maxAttempts ?? deps.limits.maxAttempts,
    options,
    metadata: command.metadata,
    ...(command.keyId === undefined ? {} : { keyId: command.keyId }),
    ...(command.requestId === undefined ? {} : { requestId: command.requestId }),
    traceParent: deps.tracer.here(),
  };
}
