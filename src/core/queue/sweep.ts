import { isEnded } from '#domain/batch.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

export interface SweepDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: () => void;
  readonly advance: (batchId: number) => Promise<void>;
  /** How long a question that missed is kept after its last miss. */
  readonly missesKeptMs: number;
  /** How long a batch is kept after its end; null: until somebody deletes it. */
  readonly batchesKeptMs: number | null;
}

const DAY_MS = 86_400_000;

/** A submission that got no piece for so long is nobody's: its sender gives up much sooner. */
const ABANDONED_MS = 3_600_000;

/**
 * What makes up for everything that crashed: leases of dead processes, batches whose end nobody noticed, steering
 * that stopped half-way, keys and tombstones past their time. Each part stands alone; one that fails is logged.
 */
export async function sweep(deps: SweepDeps): Promise<void> {
  const { store, clock } = deps;
  await attempt(deps, 'reap', async () => {
    if ((await store.workers.reap(clock(), false)).length > 0) deps.wake();
  });
  await attempt(deps, 'end', async () => void (await store.batches.end(null, clock())));
  await attempt(deps, 'advance', async () => {
    for (const id of await store.batches.unfinished(clock() - DAY_MS)) void deps.advance(id);
  });
  await attempt(deps, 'idempotency', () => store.idempotency.sweep(clock() - DAY_MS));
  await attempt(deps, 'intake', () =>
    store.intake.discard({ untouchedSince: clock() - ABANDONED_MS }, clock()),
  );
  await attempt(deps, 'flights', () => store.flights.sweep(clock(), false));
  await attempt(deps, 'answers', () => dropExpired(deps));
  await attempt(deps, 'judgements', () => store.judgements.sweep(clock() - KEPT_JUDGEMENTS_MS));
  await attempt(deps, 'cases', () => store.cases.sweep(clock() - KEPT_CASES_MS));
  await attempt(deps, 'misses', () => store.misses.sweep(clock() - deps.missesKeptMs));
  await attempt(deps, 'batches', () => dropEnded(deps));
  await attempt(deps, 'turns', async () => void (await store.turns.sweep(clock() - KEPT_TURNS_MS, 2_000)));
  await attempt(
    deps,
    'documents',
    async () => void (await store.documents.sweep(clock() - 3_600_000, 2_000)),
  );
  await attempt(
    deps,
    'records',
    async () => void (await store.records.sweep(clock() - KEPT_STALE_MS, clock(), 2_000)),
  );
}

/** A record that has expired is shown while it is fetched anew, and when no source answers. */
const KEPT_STALE_MS = 30 * DAY_MS;

/** The longest that a turn may stand in after its time. */
const KEPT_TURNS_MS = 7 * DAY_MS;

/** What was not judged by then says little of how answers are now. */
const KEPT_CASES_MS = 7 * DAY_MS;

/** Longer than any answer is kept. */
const KEPT_JUDGEMENTS_MS = 370 * DAY_MS;

/** An expired answer answers nothing any more. For a day it is there to be seen, and keeps its hits if it is made anew. */
const KEPT_EXPIRED_MS = DAY_MS;

async function dropExpired({ store, clock }: SweepDeps): Promise<void> {
  for (const { id } of await store.projects.list()) {
    await store.answers.drop(id, { expiredAt: clock() - KEPT_EXPIRED_MS });
  }
}

/** A round takes away so many batches; the rows of each go in steps of their own. */
const ENDED_AT_ONCE = 20;

async function dropEnded({ store, clock, advance, batchesKeptMs }: SweepDeps): Promise<void> {
  if (batchesKeptMs === null) return;
  const endedBefore = clock() - batchesKeptMs;
  for (const { id, projectId } of await store.batches.endedBefore(endedBefore, ENDED_AT_ONCE)) {
    const { kind } = await store.batches.steer(projectId, id, { to: 'delete', endedBefore }, clock());
    if (kind === 'moved') await advance(id);
  }
}

/**
 * What a start does before anything else. `isAlone`: the data folder is ours, so what servers leased is our own past's,
 * and half a submission nobody's. Workers that joined the folder may be at work all the while.
 */
export async function recover(deps: SweepDeps, isAlone: boolean): Promise<void> {
  const { store, clock } = deps;
  if (isAlone) {
    await store.workers.reap(clock(), true);
    if ((await store.workers.list()).length === 0) {
      await store.flights.sweep(clock(), true);
      await store.permits.release(RELEASED_MS);
    }
    await store.intake.discard({ untouchedSince: clock() + 1 }, clock());
  }
  await sweep(deps);
}

/** What a killed process sent last counts for a window yet, the longest of which is this. */
const RELEASED_MS = 1_000;

/** Recounts a batch that has come to rest; a difference is a defect of ours, and said so. */
export async function auditCounts(deps: Pick<SweepDeps, 'store' | 'log'>, batchId: number): Promise<boolean> {
  const [batch] = await deps.store.batches.snapshots([batchId]);
  if (batch === undefined || !isEnded(batch)) return true;
  const counts = await deps.store.batches.recount(batchId);
  if (counts === null || JSON.stringify(counts.counted) === JSON.stringify(counts.kept)) return true;
  deps.log('error', 'counts_drifted', { batchId, requestId: batch.requestId, ...counts });
  return false;
}

async function attempt(deps: SweepDeps, part: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    deps.log('warn', 'sweep_failed', { part, why: error instanceof Error ? error.message : String(error) });
  }
}
