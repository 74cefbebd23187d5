import { tellBatchEnds } from '../outbox.ts';
import type { Session } from '../session.ts';

/**
 * Looked for in the order of what is likely, and no further than the first: not by EXISTS, which the planner may
 * answer by reading all open items of all batches into a table first.
 */
export const HAS_OPEN = `
  (coalesce((select 1 from items where batch_id = b.id and status = 'processing' limit 1),
            (select 1 from items where batch_id = b.id and status = 'pending' and available_at = 0 limit 1),
            (select 1 from items where batch_id = b.id and status = 'pending' and available_at > 0 limit 1)) is not null)`;

const MAY_END = `(status = 'processing' or status = 'paused') and unfinished is null`;

const LOOK = `select id from batches b where b.id = any($1) and ${MAY_END} and not ${HAS_OPEN}`;

/** Two selects, for a partial index each. */
const LOOK_AT_ALL = `
  select id from batches b where status = 'processing' and unfinished is null and not ${HAS_OPEN}
  union all
  select id from batches b where status = 'paused' and unfinished is null and not ${HAS_OPEN}`;

const LOCK = 'select id from batches where id = any($1) order by id for no key update';

const END = `
  update batches b set status = 'completed', ended_at = $2, version = version + 1
   where id = any($1) and ${MAY_END} and not ${HAS_OPEN} returning id`;

/**
 * Ends batches that have no open item left. A probe of the rows decides, never a counter.
 *
 * The first look takes no lock and nearly always finds an open item. It begins after its caller's settle was
 * committed, so of those who settle the last items at once, whoever became visible last sees them all. Then the
 * batch is locked, against adds and retries and for one winner, and probed in a statement of its own: a statement
 * sees what was committed when it began, which for the one that waits for the lock is too early.
 */
export function endBatches(session: Session) {
  return async (batchIds: readonly number[] | null, now: number): Promise<number[]> => {
    const found = await (batchIds === null ? session.all(LOOK_AT_ALL) : session.all(LOOK, [batchIds]));
    const ids = found.map((row) => row['id'] as number);
    if (ids.length === 0) return [];
    return session.transaction(async (tx) => {
      const [, ended] = await Promise.all([tx.all(LOCK, [ids]), tx.all(END, [ids, now])]);
      const endedIds = ended.map((row) => row['id'] as number);
      await tellBatchEnds(tx, endedIds, now);
      return endedIds;
    });
  };
}
