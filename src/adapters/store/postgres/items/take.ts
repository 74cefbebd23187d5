import type { Statement, Statements } from '#clients/postgres.ts';
import { ADD_COUNTS, INSERT_COUNTS } from '../counts.ts';
import type { Session } from '../session.ts';
import type { Ask } from './plan-claim.ts';

/** A claimed item, as the claim's statement gives it. */
export interface Taken {
  readonly id: number;
  readonly batch_id: number;
  readonly generation: number;
  readonly failures: number;
  readonly priority: number;
  readonly available_at: number;
  readonly payload: string;
}

export interface Round {
  readonly session: Session;
  readonly slot: number;
  readonly workerId: number;
  readonly now: number;
}

/** Ready items of the batch `b`, then those that failed before and came due. Found along two indexes, as far as they are wanted. */
function itemsOf(most: string): string {
  return `
    select id from (select id from items where batch_id = b.batch_id and status = 'pending' and available_at = 0
                     order by priority desc, id limit ${most} for update skip locked) ready
    union all
    select id from (select id from items where batch_id = b.batch_id and status = 'pending'
                       and available_at > 0 and available_at <= $2
                     order by available_at limit ${most} for update skip locked) due`;
}

/**
 * Moves what was picked. By an array of ids, which is planned as look-ups by primary key whatever the statistics
 * say; joined with the picked rows, a table that has just grown was read from end to end.
 */
export const MOVED = `
  update items set status = 'processing', generation = generation + 1, owner = $1, started_at = $2
   where id = any(array(select id from picked))
  returning id, batch_id, generation, failures, priority, available_at, payload`;

export const COUNTED = `
  ${INSERT_COUNTS}
  select batch_id, $3::int, -count(*), count(*), 0, 0, 0, 0, 1 from moved group by batch_id order by batch_id
  ${ADD_COUNTS}`;

/** Per project (`line`) up to its share, along its batches in their order. */
const TAKE_FREELY = `
  with picked as materialized (
         select of_line.id
           from unnest($4::int[], $5::int[]) as line(number, most)
          cross join lateral (
                select i.id from unnest($6::bigint[], $7::int[]) as b(batch_id, line)
                 cross join lateral (${itemsOf('line.most')}) i
                 where b.line = line.number limit line.most) of_line),
       moved as (${MOVED}),
       counted as (${COUNTED})
  select * from moved`;

/**
 * The statement after the take: which of the batches are open no more.
 *
 * A claim locks no batch: locks that are shared would hold up whoever steers one for as long as workers are busy,
 * and locks that are not would make the workers wait for one another. So a pause or a cancel may be committed
 * between a claim's look and its commit. Either that cancel's last step begins after the claim was committed, and
 * takes its items back; or the cancel was committed before the claim, and this look finds it.
 */
const CLOSED = `select id, status from batches where id = any($1) and status <> 'processing'`;

export interface TakenFreely {
  readonly taken: readonly Taken[];
  /** Batches that were paused or cancelled meanwhile, with their status: what was taken of them is to be put back. */
  readonly closed: ReadonlyMap<number, string>;
}

export async function takeFreely(round: Round, asks: readonly Ask[]): Promise<TakenFreely> {
  const free = asks.map((ask) => ask.free).filter(({ most }) => most > 0);
  if (free.length === 0) return { taken: [], closed: new Map() };
  const batchIds = free.flatMap((each) => each.batchIds);
  return takeAndLook(round.session, [TAKE_FREELY, valuesOf(round, free)], batchIds);
}

/** The take alone, inside a transaction. */
export async function takeOf(
  tx: Statements,
  round: Round,
  free: readonly Ask['free'][],
): Promise<readonly Taken[]> {
  return (await tx.all(TAKE_FREELY, valuesOf(round, free))) as unknown as Taken[];
}

function valuesOf({ workerId, now, slot }: Round, free: readonly Ask['free'][]): readonly unknown[] {
  return [
    workerId,
    now,
    slot,
    free.map((_, line) => line),
    free.map(({ most }) => most),
    free.flatMap((each) => each.batchIds),
    free.flatMap((each, line) => each.batchIds.map(() => line)),
  ];
}

/** A take, and in the same flight the look after it. */
export async function takeAndLook(
  session: Session,
  take: Statement,
  batchIds: readonly number[],
): Promise<TakenFreely> {
  const [taken, closed] = await session.together([take, [CLOSED, [batchIds]]]);
  return { taken: taken as unknown as Taken[], closed: closedOf(closed) };
}

/** The look alone: after the commit of the take. */
export async function lookForClosed(
  session: Session,
  batchIds: readonly number[],
): Promise<TakenFreely['closed']> {
  return closedOf(await session.all(CLOSED, [batchIds]));
}

function closedOf(rows: readonly Record<string, unknown>[] | undefined): TakenFreely['closed'] {
  return new Map(rows?.map((row) => [row['id'] as number, row['status'] as string]));
}

export const LOCK_GATES = `
  select id from batches where id = any($1) and status = 'processing' order by id for no key update skip locked`;

/** Under the batch's lock, and a statement after it: what others claimed of it is committed and counted. */
const TAKE_GATED = `
  with picked as materialized (
         select i.id
           from (select g.batch_id, greatest(0, least(g.most,
                          concurrency - (select count(*) from items where status = 'processing' and batch_id = g.batch_id),
                          case when pace_ms = 0 then g.most when paced_until <= $2 then 1 else 0 end)) as most
                   from unnest($4::bigint[], $5::int[]) as g(batch_id, most)
                   join batches on batches.id = g.batch_id) b
          cross join lateral (
                select id from (${itemsOf('b.most')}) either limit b.most) i),
       moved as (${MOVED}),
       counted as (${COUNTED}),
       paced as (
         update batches set paced_until = $2 + pace_ms
          where pace_ms > 0 and id = any(array(select batch_id from moved)))
  select * from moved`;

export interface TakenGated {
  readonly gated: readonly Taken[];
  /** Somebody else had the lock of a batch that was asked: worth another look in a moment. */
  readonly isShut: boolean;
}

export async function takeGated(round: Round, asks: readonly Ask[]): Promise<TakenGated> {
  const gated = asks.flatMap((ask) => ask.gated);
  if (gated.length === 0) return NOTHING;
  return round.session.transaction((tx) => takeFrom(tx, round, gated));
}

export async function takeFrom(
  tx: Statements,
  { workerId, now, slot }: Round,
  gated: Ask['gated'],
): Promise<TakenGated> {
  if (gated.length === 0) return NOTHING;
  const locked = new Set((await lockGates(tx, gated)).map((row) => row['id']));
  const mine = gated.filter(({ batchId }) => locked.has(batchId));
  const isShut = mine.length < gated.length;
  if (mine.length === 0) return { gated: [], isShut };
  const rows = await tx.all(TAKE_GATED, [
    workerId,
    now,
    slot,
    mine.map(({ batchId }) => batchId),
    mine.map(({ most }) => most),
  ]);
  return { gated: rows as unknown as Taken[], isShut };
}

const NOTHING: TakenGated = { gated: [], isShut: false };

function lockGates(tx: Statements, gated: Ask['gated']): Promise<Record<string, unknown>[]> {
  return tx.all(LOCK_GATES, [gated.map(({ batchId }) => batchId)]);
}
