import type { Statement } from '#clients/postgres.ts';
import type { JsonObject } from '#domain/json.ts';
import type { ClaimedItem } from '#domain/outcome.ts';
import { Turns } from '#domain/turns.ts';
import type { Claim, ClaimRequest } from '#ports/store/items.ts';
import type { Slots } from '../counts.ts';
import type { Session } from '../session.ts';
import { lineAfter, linesOf, shareAmong } from './plan-claim.ts';
import type { Ask, OpenBatch } from './plan-claim.ts';
import { putBack } from './put-back.ts';
import { takeFreely, takeGated } from './take.ts';
import { takeCapped } from './take-capped.ts';
import type { Round, Taken, TakenFreely } from './take.ts';

export const PROJECT_CAP = `(select nullif((p.settings::json #>> '{caps,concurrency}')::int, 0) from projects p where p.id = project_id) as project_cap`;

/**
 * Open batches. What runs of them is counted only where it matters: between projects, and against a limit. The
 * condition is the same for all rows, and a CASE runs no more than the branch it takes.
 */
export const SURVEY = `
  with open as materialized (
    select id, project_id, workload, priority, concurrency, pace_ms, key_id, request_id, trace_parent, max_attempts, options, started_at,
           ${PROJECT_CAP},
           case when pace_ms > 0 and paced_until > held_until then paced_until else held_until end as paced_until
      from batches where status = 'processing')
  select o.*, case when (select count(distinct project_id) > 1 or count(concurrency) + count(project_cap) > 0 from open)
                   then (select count(*) from items where status = 'processing' and batch_id = o.id)
                   else 0 end as running
    from open o order by priority desc, id`;

/** What is due already stands behind a limit; whatever makes room wakes who claims. */
const NEXT_DUE = `
  with open as (
    select id, greatest(held_until, case when pace_ms > 0 then paced_until else 0 end) as shut_until
      from batches where status = 'processing')
  select min(case
      when shut_until > $1 and (
        (select 1 from items where batch_id = open.id and status = 'pending' and available_at = 0 limit 1) is not null
        or (select 1 from items where batch_id = open.id and status = 'pending'
               and available_at > 0 and available_at <= shut_until limit 1) is not null)
      then shut_until
      else (select min(available_at) from items
             where batch_id = open.id and status = 'pending' and available_at > 0
               and available_at > greatest($1, shut_until))
    end) as at
    from open`;

const START = `
  update batches set started_at = $2, version = version + 1 where id = any($1) and started_at is null`;

/**
 * Takes items that may run now and leases them: claiming is starting. Processes claim beside each other, each for
 * itself; SKIP LOCKED keeps them out of one another's way.
 *
 * Which items is decided on the open batches (few) and what is in flight (few). Projects get equal shares, and each
 * share is taken along the project's batches in one statement for all. A project that had less leaves room, which
 * is shared anew.
 */
export function claimItems(session: Session, slots: Slots) {
  const turns = new Turns();
  return async ({ workerId, limit, now }: ClaimRequest): Promise<Claim> => {
    const batches = (await session.all(SURVEY)) as unknown as OpenBatch[];
    if (batches.length === 0) return { items: [], nextDueAt: null };
    const taken: Taken[] = [];
    const round = { session, slot: slots.claims, workerId, now };
    let shutUntil: number | null = null;
    let lines = linesOf(batches, now, turns);
    while (taken.length < limit && lines.length > 0) {
      const asks = shareAmong(lines, limit - taken.length, now);
      const { gated, free, isShut } = await takeAsked(round, asks);
      taken.push(...gated, ...(await putBack(session, slots, free, now)));
      // What was put back counts as taken, so that its batch is not taken for dry.
      const got = [...gated, ...free.taken];
      lines = asks.map((ask) => lineAfter(ask, got, free.closed)).filter((line) => line !== null);
      if (isShut) shutUntil = now + SHUT_MS;
    }
    const due = await afterwards(session, unstartedOf(batches, taken), taken.length < limit, now);
    const nextDueAt = shutUntil === null ? due : Math.min(shutUntil, due ?? Infinity);
    const items = inTurn(batches, taken);
    turns.note(new Set(items.map(({ projectId }) => projectId)));
    return { items, nextDueAt };
  };
}

/** Another process was at work where one at a time may: that takes so long at most. */
const SHUT_MS = 20;

/** Projects with a cap one by one, the others together. */
async function takeAsked(
  round: Round,
  asks: readonly Ask[],
): Promise<{ readonly gated: readonly Taken[]; readonly free: TakenFreely; readonly isShut: boolean }> {
  const [open, capped] = [
    asks.filter(({ line }) => line.most === Infinity),
    asks.filter(({ line }) => line.most !== Infinity),
  ];
  const shut = await takeGated(round, open);
  const gated = [...shut.gated];
  const free = await takeFreely(round, open);
  const [taken, closed] = [[...free.taken], new Map(free.closed)];
  let { isShut } = shut;
  for (const ask of capped) {
    const got = await takeCapped(round, ask);
    gated.push(...got.gated);
    taken.push(...got.taken);
    for (const [batchId, status] of got.closed) closed.set(batchId, status);
    isShut ||= got.isShut;
  }
  return { gated, free: { taken, closed }, isShut };
}

/** Taken from for the first time. */
export function unstartedOf(batches: readonly OpenBatch[], taken: readonly Taken[]): number[] {
  const unstarted = new Set(batches.filter((batch) => batch.started_at === null).map((batch) => batch.id));
  return [...new Set(taken.map((item) => item.batch_id))].filter((id) => unstarted.has(id));
}

/**
 * Notes starts, once for each batch and apart from the claim: that has items locked, and batches are locked before
 * items. And, where there was nothing more to take, says when something comes due. A time that has passed is no time
 * to wait for: what is due and was not taken stands behind a limit, or is somebody's.
 */
export async function afterwards(
  session: Session,
  started: readonly number[],
  isEmptied: boolean,
  now: number,
): Promise<number | null> {
  const statements: Statement[] = isEmptied ? [[NEXT_DUE, [now]]] : [];
  if (started.length > 0) statements.push([START, [started, now]]);
  if (statements.length === 0) return null;
  const [due] = await session.together(statements);
  return isEmptied ? (due?.[0]?.['at'] as number | null) : null;
}

/** Projects in turn, each by priority of its batches, then their age; failed ones last. */
function inTurn(batches: readonly OpenBatch[], taken: readonly Taken[]): ClaimedItem[] {
  const options = new Map<number, JsonObject>();
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  return sortInTurn(batches, taken).map((item) =>
    toClaimed(item, byId.get(item.batch_id) as OpenBatch, options),
  );
}

export function sortInTurn<T extends Pick<Taken, 'id' | 'batch_id' | 'priority' | 'available_at'>>(
  batches: readonly OpenBatch[],
  taken: readonly T[],
): T[] {
  const rank = new Map(batches.map((batch, at) => [batch.id, at]));
  const rankOf = (item: T): number => rank.get(item.batch_id) as number;
  const sorted = [...taken].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) || a.available_at - b.available_at || b.priority - a.priority || a.id - b.id,
  );
  const turns = new Map<number, number>();
  const placed = sorted.map((item) => {
    const batch = batches[rankOf(item)] as OpenBatch;
    const turn = turns.get(batch.project_id) ?? 0;
    turns.set(batch.project_id, turn + 1);
    return { turn, item };
  });
  if (turns.size > 1) placed.sort((a, b) => a.turn - b.turn);
  return placed.map(({ item }) => item);
}

export function toClaimed(row: Taken, batch: OpenBatch, options: Map<number, JsonObject>): ClaimedItem {
  let shared = options.get(batch.id);
  if (shared === undefined) options.set(batch.id, (shared = JSON.parse(batch.options) as JsonObject));
  return {
    id: row.id,
    batchId: batch.id,
    projectId: batch.project_id,
    workload: batch.workload,
    generation: row.generation,
    failures: row.failures,
    payload: JSON.parse(row.payload),
    keyId: batch.key_id,
    requestId: batch.request_id,
    traceParent: batch.trace_parent,
    maxAttempts: batch.max_attempts,
    options: shared,
  };
}
