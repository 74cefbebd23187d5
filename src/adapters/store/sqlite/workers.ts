import type { DatabaseSync } from 'node:sqlite';
import { MAX_LOSSES } from '#domain/backoff.ts';
import { batchOfItem } from '#domain/ids.ts';
import { LEASE_MS } from '#domain/worker.ts';
import type { Beat, NewWorker, WorkerStore } from '#ports/store/workers.ts';
import { CountChanges, saveCounts } from './counts.ts';
import { noteAttempt } from './items/settle.ts';
import { tellItemEnds } from './outbox.ts';
import { toWorker } from '../sql/worker-rows.ts';
import type { Remote } from './remote.ts';

export function workerWrites(db: DatabaseSync) {
  const insert = db.prepare(
    'insert into workers (host, pid, version, role, started_at, heartbeat_at, lease_until) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const renew = db.prepare(
    'update workers set heartbeat_at = ?, lease_until = ? where id = ? returning is_draining',
  );
  const drain = db.prepare('update workers set is_draining = 1 where id = ?');
  const heldBy = db.prepare(`select id, generation from items where status = 'processing' and owner = ?`);
  const remove = db.prepare('delete from workers where id = ?');
  const release = db.prepare(
    `update items set status = 'pending', owner = null, started_at = null
      where status = 'processing' and owner = ? returning batch_id`,
  );
  const save = saveCounts(db);
  return {
    register(worker: NewWorker, now: number): number {
      const { lastInsertRowid } = insert.run(
        worker.host,
        worker.pid,
        worker.version,
        worker.role,
        now,
        now,
        now + LEASE_MS,
      );
      return Number(lastInsertRowid);
    },
    beat(workerId: number, now: number): Beat | null {
      const renewed = renew.get(now, now + LEASE_MS, workerId);
      if (renewed === undefined) return null;
      const held = heldBy
        .all(workerId)
        .map((row) => ({ id: row['id'] as number, generation: row['generation'] as number }));
      return { held, isDraining: renewed['is_draining'] === 1 };
    },
    drain(workerId: number): boolean {
      return drain.run(workerId).changes === 1;
    },
    leave(workerId: number, _now: number): void {
      const changes = new CountChanges();
      for (const row of release.all(workerId))
        changes.move(row['batch_id'] as number, 'processing', 'pending');
      changes.write(save);
      remove.run(workerId);
    },
    reap: reapWorkers(db),
  };
}

/** Items whose owner is gone go back to pending; one that was lost too often is poison, and a dead letter. */
function reapWorkers(db: DatabaseSync) {
  const forget = db.prepare('delete from workers where lease_until < ?');
  const forgetServers = db.prepare(`delete from workers where role = 'server'`);
  const orphans = db.prepare(
    `select id, losses from items where status = 'processing' and (owner is null or owner not in (select id from workers))`,
  );
  const giveBack = db.prepare(
    `update items set status = 'pending', owner = null, losses = losses + 1 where id = ? and status = 'processing'`,
  );
  const poison = db.prepare(
    `update items set status = 'failed', owner = null, losses = losses + 1, ended_at = ?, error_code = 'poison',
            error_message = ? where id = ? and status = 'processing'`,
  );
  const note = noteAttempt(db);
  const tell = tellItemEnds(db);
  const save = saveCounts(db);
  return (now: number, andServers: boolean): number[] => {
    if (andServers) forgetServers.run();
    forget.run(now);
    const changes = new CountChanges();
    const poisoned: number[] = [];
    for (const row of orphans.all()) {
      const id = row['id'] as number;
      note(id, { code: 'lease_lost', message: 'The process that ran it went away.' }, now);
      const isPoison = (row['losses'] as number) + 1 > MAX_LOSSES;
      if (isPoison) poison.run(now, `Its process went away ${MAX_LOSSES + 1} times while running it.`, id);
      else giveBack.run(id);
      if (isPoison) poisoned.push(id);
      changes.move(batchOfItem(id), 'processing', isPoison ? 'failed' : 'pending');
    }
    changes.write(save);
    if (poisoned.length > 0) tell(() => poisoned, now);
    return changes.batchIds;
  };
}

export function sqliteWorkers(db: DatabaseSync, writes: Remote<typeof workerWrites>): WorkerStore {
  const list = db.prepare(
    `select w.*, (select count(*) from items where status = 'processing' and owner = w.id) as in_hand
       from workers w order by w.id`,
  );
  return {
    register: writes.register,
    beat: writes.beat,
    drain: writes.drain,
    leave: writes.leave,
    reap: writes.reap,
    async list() {
      return list.all().map(toWorker);
    },
  };
}
