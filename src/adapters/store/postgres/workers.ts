import type { Statements } from '#clients/postgres.ts';
import { MAX_LOSSES } from '#domain/backoff.ts';
import { batchOfItem } from '#domain/ids.ts';
import type { ItemStatus } from '#domain/item.ts';
import { LEASE_MS } from '#domain/worker.ts';
import type { WorkerStore } from '#ports/store/workers.ts';
import { CountChanges } from '../sql/count-changes.ts';
import { toWorker } from '../sql/worker-rows.ts';
import { saveCounts } from './counts.ts';
import type { Slots } from './counts.ts';
import { putItemEnds } from './outbox.ts';
import type { Session } from './session.ts';
import { isStill } from './status-guard.ts';

const REGISTER = `
  insert into workers (host, pid, version, role, started_at, heartbeat_at, lease_until)
  values ($1, $2, $3, $4, $5, $5, $6) returning id`;

const RENEW = 'update workers set heartbeat_at = $2, lease_until = $3 where id = $1 returning is_draining';

const HELD_BY = `select id, generation from items where status = 'processing' and owner = $1`;

const LIST = `
  select w.*, (select count(*) from items where status = 'processing' and owner = w.id) as in_hand
    from workers w order by w.id`;

const RELEASE_ALL = `
  update items set status = 'pending', owner = null, started_at = null
   where id = any(array(select id from items where status = 'processing' and owner = $1 order by id for update))
     and status = 'processing' and owner = $1
  returning batch_id`;

export function postgresWorkers(session: Session, slots: Slots): WorkerStore {
  return {
    async register({ host, pid, version, role }, now) {
      return (await session.first(REGISTER, [host, pid, version, role, now, now + LEASE_MS]))?.[
        'id'
      ] as number;
    },
    async beat(workerId, now) {
      const renewed = await session.first(RENEW, [workerId, now, now + LEASE_MS]);
      if (renewed === undefined) return null;
      const rows = await session.all(HELD_BY, [workerId]);
      return {
        held: rows.map((row) => ({ id: row['id'] as number, generation: row['generation'] as number })),
        isDraining: renewed['is_draining'] === 1,
      };
    },
    async drain(workerId) {
      return (await session.run('update workers set is_draining = 1 where id = $1', [workerId])) === 1;
    },
    leave: (workerId) =>
      session.transaction(async (tx) => {
        const rows = await tx.all(RELEASE_ALL, [workerId]);
        const changes = new CountChanges();
        for (const row of rows) changes.move(row['batch_id'] as number, 'processing', 'pending');
        await saveCounts(tx, slots.others, changes);
        await tx.run('delete from workers where id = $1', [workerId]);
      }),
    async reap(now, andServers) {
      if (andServers) await session.run(`delete from workers where role = 'server'`);
      await session.run('delete from workers where lease_until < $1', [now]);
      const reaped = new Set<number>();
      for (;;) {
        const orphans = (await session.all(ORPHANS)) as unknown as Orphan[];
        if (orphans.length === 0) return [...reaped];
        for (const batchId of await session.transaction((tx) => giveBack(tx, slots, orphans, now)))
          reaped.add(batchId);
        if (orphans.length < MOST_AT_ONCE) return [...reaped];
      }
    },
    async list() {
      return (await session.all(LIST)).map(toWorker);
    },
  };
}

interface Orphan {
  readonly id: number;
  readonly generation: number;
}

const MOST_AT_ONCE = 2_000;

const ORPHANS = `
  select id, generation from items i
   where status = 'processing' and not exists (select 1 from workers where id = i.owner)
   order by id limit ${MOST_AT_ONCE}`;

/**
 * By the generation that was seen: an item that was given back and claimed anew meanwhile is another's. In a batch
 * that was cancelled, nothing goes back to pending: nobody would come for it.
 */
const GIVE_BACK = `
  update items i set
         status = case when i.losses + 1 > ${MAX_LOSSES} then 'failed'
                       when b.status in ('cancelled', 'deleting') then 'cancelled' else 'pending' end,
         owner = null, losses = i.losses + 1,
         ended_at = case when i.losses + 1 > ${MAX_LOSSES} or b.status in ('cancelled', 'deleting') then $3 else i.ended_at end,
         error_code = case when i.losses + 1 > ${MAX_LOSSES} then 'poison' else i.error_code end,
         error_message = case when i.losses + 1 > ${MAX_LOSSES} then $4 else i.error_message end
    from unnest($1::bigint[], $2::int[]) as g(id, generation), batches b
   where i.id = g.id and i.generation = g.generation and ${isStill('i.status', 'processing')} and b.id = i.batch_id
  returning i.id, i.status, i.started_at`;

const POISONED = `(select id, batch_id, status as kind, reason, error_code as code, error_message as message
  from items where id = any($1) and status = 'failed')`;

const TELL = putItemEnds(POISONED, '$2::bigint');

const NOTE_LOSSES = `
  insert into attempts (item_id, number, started_at, ended_at, error_code, error_message)
  select g.id, coalesce((select max(number) from attempts where item_id = g.id), 0) + 1, coalesce(g.started_at, $3), $3,
         'lease_lost', 'The process that ran it went away.'
    from unnest($1::bigint[], $2::bigint[]) as g(id, started_at)`;

/** Items whose owner is gone go back to pending; one that was lost too often is poison, and a dead letter. */
async function giveBack(
  tx: Statements,
  slots: Slots,
  orphans: readonly Orphan[],
  now: number,
): Promise<readonly number[]> {
  const moved = await tx.all(GIVE_BACK, [
    orphans.map(({ id }) => id),
    orphans.map(({ generation }) => generation),
    now,
    `Its process went away ${MAX_LOSSES + 1} times while running it.`,
  ]);
  await tx.run(NOTE_LOSSES, [moved.map((row) => row['id']), moved.map((row) => row['started_at']), now]);
  const poisoned = moved.filter((row) => row['status'] === 'failed').map((row) => row['id']);
  if (poisoned.length > 0) await tx.run(TELL, [poisoned, now]);
  const changes = new CountChanges();
  for (const row of moved)
    changes.move(batchOfItem(row['id'] as number), 'processing', row['status'] as ItemStatus);
  await saveCounts(tx, slots.others, changes);
  return changes.batchIds;
}
