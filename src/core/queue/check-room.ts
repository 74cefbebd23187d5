import { Fault } from '#domain/fault.ts';
import type { Project } from '#domain/project.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

interface RoomDeps {
  readonly store: Pick<Store, 'batches' | 'hours'>;
  readonly clock: Clock;
  readonly limits: { readonly maxPending: number };
}

const HOUR_MS = 3_600_000;
/** Where nothing has been measured yet. */
const UNMEASURED_SECONDS = 60;

/**
 * Refuses a submission that would make the queue longer than it may be, and says when there will be room: from how
 * many items ended in the last hour or two.
 *
 * @throws Fault limited `queue_full`
 */
export async function checkRoom(
  deps: RoomDeps,
  { id: projectId, caps }: Pick<Project, 'id' | 'caps'>,
  coming: number,
): Promise<void> {
  const chosen = caps?.pending ?? null;
  const maxPending = chosen ?? deps.limits.maxPending;
  if (maxPending === 0) return;
  if (isFarFrom(deps, projectId, { maxPending, coming })) return;
  const pending = await look(deps, projectId);
  if (pending + coming <= maxPending) return;
  const rate = await measuredRate(deps, projectId);
  const tooMany = Math.min(pending, pending + coming - maxPending);
  const wait = rate > 0 ? Math.max(1, Math.ceil(tooMany / rate)) : UNMEASURED_SECONDS;
  const count = (n: number): string => n.toLocaleString('en');
  const by = chosen === null ? 'PREHEAT_MAX_PENDING' : "the project's cap `pending`";
  throw new Fault(
    'limited',
    'queue_full',
    coming > maxPending
      ? `The submission holds ${count(coming)} items, and a project may have ${count(maxPending)} waiting (${by}): send it in parts.`
      : `${count(pending)} items wait already, and ${count(maxPending)} may (${by}). At the measured rate there is room in about ${count(wait)} s.`,
    { retryAfterSeconds: wait },
  );
}

/** By what was seen a moment ago. */
function isFarFrom(
  { store, clock }: RoomDeps,
  projectId: number,
  { maxPending, coming }: { readonly maxPending: number; readonly coming: number },
): boolean {
  const known = lookedAt.get(store)?.get(projectId);
  if (known === undefined || clock() - known.at >= KEPT_MS) return false;
  return maxPending >= LARGE && known.pending + coming <= maxPending * FAR;
}

/** Counting a project's batches at each submission would cost more than the submission; far from the cap it need not be exact. */
const KEPT_MS = 1_000;
const FAR = 0.9;
/** Of a small cap a second's submissions are a large part. */
const LARGE = 1_000;
const lookedAt = new WeakMap<object, Map<number, { readonly at: number; readonly pending: number }>>();

async function look({ store, clock }: RoomDeps, projectId: number): Promise<number> {
  const { pending } = await store.batches.totals(projectId);
  const known = lookedAt.get(store) ?? new Map<number, { at: number; pending: number }>();
  lookedAt.set(store, known.set(projectId, { at: clock(), pending }));
  return pending;
}

/** Items that ended per second, since the hour before this one began. */
async function measuredRate({ store, clock }: RoomDeps, projectId: number): Promise<number> {
  const now = clock();
  const hours = await store.hours.list(projectId, now - (now % HOUR_MS) - HOUR_MS);
  const ended = hours.reduce((sum, hour) => sum + hour.completed + hour.failed + hour.skipped, 0);
  const since = hours[0]?.startedAt ?? now;
  return ended / Math.max(1, (now - since) / 1_000);
}
