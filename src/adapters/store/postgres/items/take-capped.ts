import type { Statements } from '#clients/postgres.ts';
import type { Ask } from './plan-claim.ts';
import { lookForClosed, takeFrom, takeOf } from './take.ts';
import type { Round, TakenFreely, TakenGated } from './take.ts';

/** Tells our locks on projects from others' locks. */
const LOCK_CLASS = 7_401;

/**
 * One process at a time claims of a project with a cap. No row is locked for it, so nobody who changes the project waits; and
 * who finds it taken does not wait either, but leaves the project out: a process that sleeps in its claim holds up nobody else.
 */
const LOCK = `select pg_try_advisory_xact_lock(${LOCK_CLASS}, $1::int) as is_ours`;

/** A statement after the lock: what others claimed is committed and counted, that of paused batches too. */
const RUNNING = `
  select count(*) as n from items i join batches b on b.id = i.batch_id
   where i.status = 'processing' and b.project_id = $1`;

/** How many more items of the project may run; null when another process is about to take some. */
export async function roomInProject(tx: Statements, projectId: number, cap: number): Promise<number | null> {
  if ((await tx.first(LOCK, [projectId]))?.['is_ours'] !== true) return null;
  return Math.max(0, cap - Number((await tx.first(RUNNING, [projectId]))?.['n']));
}

export type TakenCapped = TakenFreely & TakenGated;

const NOTHING: TakenCapped = { gated: [], taken: [], closed: new Map(), isShut: false };

/** What is asked of one project, as far as its cap allows. */
export async function takeCapped(round: Round, ask: Ask): Promise<TakenCapped> {
  const { projectId, most } = ask.line;
  const got = await round.session.transaction(async (tx) => {
    const room = await roomInProject(tx, projectId, most);
    if (room === null) return { ...NOTHING, isShut: true };
    const { gated, free } = within(ask, room);
    return {
      ...NOTHING,
      ...(await takeFrom(tx, round, gated)),
      taken: free.most === 0 ? [] : await takeOf(tx, round, [free]),
    };
  });
  if (got.taken.length === 0) return got;
  return { ...got, closed: await lookForClosed(round.session, ask.free.batchIds) };
}

function within({ gated, free }: Ask, room: number): Pick<Ask, 'gated' | 'free'> {
  let left = room;
  const some = gated.flatMap(({ batchId, most }) => {
    const allowed = Math.min(most, left);
    left -= allowed;
    return allowed === 0 ? [] : [{ batchId, most: allowed }];
  });
  return { gated: some, free: { ...free, most: Math.min(free.most, left) } };
}
