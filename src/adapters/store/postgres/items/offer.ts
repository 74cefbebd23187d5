import type { Statements } from '#clients/postgres.ts';
import { batchOfItem } from '#domain/ids.ts';
import type { JsonObject } from '#domain/json.ts';
import { Turns } from '#domain/turns.ts';
import type { Offerable, OfferClaim, OfferRequest, OfferStore } from '#ports/store/offers.ts';
import type { Slots } from '../counts.ts';
import type { Session } from '../session.ts';
import { isStill } from '../status-guard.ts';
import { afterwards, PROJECT_CAP, sortInTurn, SURVEY, toClaimed, unstartedOf } from './claim.ts';
import { lineAfter, linesOf, shareAmong } from './plan-claim.ts';
import type { Ask, OpenBatch } from './plan-claim.ts';
import { putBack } from './put-back.ts';
import { COUNTED, LOCK_GATES, lookForClosed, MOVED, takeAndLook } from './take.ts';
import { roomInProject } from './take-capped.ts';
import type { Round, Taken, TakenFreely } from './take.ts';

export function postgresOffers(session: Session, slots: Slots): OfferStore {
  const turns = new Turns();
  return {
    next: (request) => nextToOffer(session, turns, request),
    claim: (request) => claimOffered(session, slots, request),
  };
}

type Found = Pick<Taken, 'id' | 'batch_id' | 'priority' | 'available_at'>;

/** As the claim chooses, and changes nothing. */
async function nextToOffer(
  session: Session,
  turns: Turns,
  { limit, offered, now }: OfferRequest,
): Promise<Offerable> {
  const open = offered.length === 0 ? [] : await stillPending(session, offered);
  const known = new Set(open);
  const surveyed = (await session.all(SURVEY)) as unknown as OpenBatch[];
  const batches = withOffered(surveyed, open);
  const found: Found[] = [];
  let lines = linesOf(batches, now, turns);
  while (found.length < limit && lines.length > 0) {
    const asks = shareAmong(lines, limit - found.length, now);
    const got = await look(session, asks, known, now);
    for (const { id } of got) known.add(id);
    found.push(...got);
    lines = asks.map((ask) => lineAfter(ask, got, NONE_CLOSED)).filter((line) => line !== null);
  }
  const nextDueAt = await afterwards(session, [], found.length < limit, now);
  const projectOf = new Map(batches.map((batch) => [batch.id, batch.project_id]));
  turns.note(new Set(found.map((item) => projectOf.get(item.batch_id) ?? 0)));
  return { itemIds: sortInTurn(batches, found).map(({ id }) => id), open, nextDueAt };
}

const STILL_PENDING = `select id from items where id = any($1) and ${isStill('status', 'pending')}`;

async function stillPending(session: Session, offered: readonly number[]): Promise<number[]> {
  return (await session.all(STILL_PENDING, [offered])).map((row) => row['id'] as number);
}

/** What is offered counts as running; of a batch with a pace, one item is offered at a time. */
function withOffered(batches: readonly OpenBatch[], open: readonly number[]): OpenBatch[] {
  const offeredOf = Map.groupBy(open, batchOfItem);
  return batches.map((batch) => {
    const waits = offeredOf.get(batch.id)?.length ?? 0;
    if (waits === 0) return batch;
    const paced_until = batch.pace_ms > 0 ? Number.MAX_SAFE_INTEGER : batch.paced_until;
    return { ...batch, running: batch.running + waits, paced_until };
  });
}

const LOOK = `
  select i.id, i.batch_id, i.priority, i.available_at, line.number
    from unnest($2::int[], $3::int[]) as line(number, most)
   cross join lateral (
         select either.* from unnest($4::bigint[], $5::int[]) as b(batch_id, line)
          cross join lateral (
                select * from (select id, batch_id, priority, available_at from items
                                where batch_id = b.batch_id and status = 'pending' and available_at = 0
                                order by priority desc, id limit line.most) ready
                union all
                select * from (select id, batch_id, priority, available_at from items
                                where batch_id = b.batch_id and status = 'pending'
                                  and available_at > 0 and available_at <= $1
                                order by available_at limit line.most) due) either
          where b.line = line.number limit line.most) i`;

/** Looks past as many as are offered already: they are pending still, and stand first. */
async function look(
  session: Session,
  asks: readonly Ask[],
  known: ReadonlySet<number>,
  now: number,
): Promise<Found[]> {
  const lines = asks.flatMap(({ gated, free }) => [
    ...gated.map(({ batchId, most }) => ({ batchIds: [batchId], most })),
    ...(free.most > 0 ? [free] : []),
  ]);
  if (lines.length === 0) return [];
  const waits = Map.groupBy(known, batchOfItem);
  const passed = lines.map(({ batchIds }) =>
    batchIds.reduce((sum, id) => sum + (waits.get(id)?.length ?? 0), 0),
  );
  const rows = (await session.all(LOOK, [
    now,
    lines.map((_, line) => line),
    lines.map(({ most }, line) => most + (passed[line] as number)),
    lines.flatMap(({ batchIds }) => batchIds),
    lines.flatMap(({ batchIds }, line) => batchIds.map(() => line)),
  ])) as unknown as (Found & { number: number })[];
  const fresh = Map.groupBy(
    rows.filter(({ id }) => !known.has(id)),
    ({ number }) => number,
  );
  return lines.flatMap(({ most }, line) => (fresh.get(line) ?? []).slice(0, most));
}

/** Choosing takes nothing, so that nothing of it has to be put back. */
const NONE_CLOSED: ReadonlyMap<number, unknown> = new Map();

const OPEN_BATCHES = `
  select id, project_id, workload, priority, concurrency, pace_ms, paced_until, key_id, request_id, trace_parent, max_attempts, options, started_at, 0 as running,
         ${PROJECT_CAP}
    from batches where id = any($1) and status = 'processing' and held_until <= $2 order by id`;

async function claimOffered(
  session: Session,
  slots: Slots,
  { workerId, itemIds, now }: OfferClaim,
): Promise<ReturnType<typeof toClaimed>[]> {
  const batchIds = [...new Set(itemIds.map(batchOfItem))];
  const batches = (await session.all(OPEN_BATCHES, [batchIds, now])) as unknown as OpenBatch[];
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  const gated = new Set(
    batches.filter((batch) => batch.concurrency !== null || batch.pace_ms > 0).map(({ id }) => id),
  );
  const round = { session, slot: slots.claims, workerId, now };
  const open = itemIds.filter((id) => byId.has(batchOfItem(id)));
  const capOf = (id: number): number | null => byId.get(batchOfItem(id))?.project_cap ?? null;
  const sort = (ids: readonly number[]): Sorted => ({
    gated: ids.filter((id) => gated.has(batchOfItem(id))),
    free: ids.filter((id) => !gated.has(batchOfItem(id))),
  });
  const uncapped = sort(open.filter((id) => capOf(id) === null));
  const kept = [
    ...(await takeGated(round, uncapped.gated)),
    ...(await putBack(session, slots, await takeFreely(round, uncapped.free), now)),
  ];
  const capped = open.filter((id) => capOf(id) !== null);
  for (const [projectId, ids] of Map.groupBy(
    capped,
    (id) => byId.get(batchOfItem(id))?.project_id as number,
  )) {
    const most = capOf(ids[0] as number) as number;
    const got = await takeCapped(round, { projectId, most }, sort(ids));
    kept.push(...got.gated, ...(await putBack(session, slots, got, now)));
  }
  await afterwards(session, unstartedOf(batches, kept), false, now);
  const options = new Map<number, JsonObject>();
  const inOrder = new Map(kept.map((item) => [item.id, item]));
  return itemIds.flatMap((id) => {
    const item = inOrder.get(id);
    return item === undefined ? [] : [toClaimed(item, byId.get(item.batch_id) as OpenBatch, options)];
  });
}

const TAKE_FREELY = `
  with picked as materialized (
         select id from items
          where id = any($4) and ${isStill('status', 'pending')} and available_at <= $2 order by id for update skip locked),
       moved as (${MOVED}),
       counted as (${COUNTED})
  select * from moved`;

interface Sorted {
  readonly gated: readonly number[];
  readonly free: readonly number[];
}

async function takeFreely(round: Round, ids: readonly number[]): Promise<TakenFreely> {
  if (ids.length === 0) return { taken: [], closed: new Map() };
  return takeAndLook(round.session, [TAKE_FREELY, valuesOf(round, ids)], batchesOf(ids));
}

function valuesOf({ workerId, now, slot }: Round, ids: readonly number[]): readonly unknown[] {
  return [workerId, now, slot, ids];
}

function batchesOf(ids: readonly number[]): number[] {
  return [...new Set(ids.map(batchOfItem))];
}

/** Of a project with a cap: what there is room for. */
async function takeCapped(
  round: Round,
  { projectId, most }: { readonly projectId: number; readonly most: number },
  { gated, free }: Sorted,
): Promise<TakenFreely & { readonly gated: readonly Taken[] }> {
  const got = await round.session.transaction(async (tx) => {
    const room = (await roomInProject(tx, projectId, most)) ?? 0;
    const limited = await takeFrom(tx, round, gated.slice(0, room));
    const ids = free.slice(0, room - limited.length);
    const taken = ids.length === 0 ? [] : await tx.all(TAKE_FREELY, valuesOf(round, ids));
    return { gated: limited, taken: taken as unknown as Taken[] };
  });
  const closed =
    got.taken.length === 0 ? new Map<number, string>() : await lookForClosed(round.session, batchesOf(free));
  return { ...got, closed };
}

/** Under the batches' locks, and a statement after them: what others claimed of them is committed and counted. */
const TAKE_GATED = `
  with picked as materialized (
         select i.id
           from (select batches.id as batch_id, greatest(0, least(
                          concurrency - (select count(*) from items where status = 'processing' and batch_id = batches.id),
                          case when pace_ms = 0 then cardinality($4::bigint[]) when paced_until <= $2 then 1 else 0 end)) as most
                   from batches where id = any($5)) b
          cross join lateral (
                select id from items
                 where id = any($4) and batch_id = b.batch_id and ${isStill('status', 'pending')} and available_at <= $2
                 order by id limit b.most for update skip locked) i),
       moved as (${MOVED}),
       counted as (${COUNTED}),
       paced as (
         update batches set paced_until = $2 + pace_ms
          where pace_ms > 0 and id = any(array(select batch_id from moved)))
  select * from moved`;

async function takeGated(round: Round, ids: readonly number[]): Promise<readonly Taken[]> {
  if (ids.length === 0) return [];
  return round.session.transaction((tx) => takeFrom(tx, round, ids));
}

async function takeFrom(
  tx: Statements,
  { workerId, now, slot }: Round,
  ids: readonly number[],
): Promise<readonly Taken[]> {
  if (ids.length === 0) return [];
  const locked = (await tx.all(LOCK_GATES, [batchesOf(ids)])).map((row) => row['id']);
  if (locked.length === 0) return [];
  return (await tx.all(TAKE_GATED, [workerId, now, slot, ids, locked])) as unknown as Taken[];
}
