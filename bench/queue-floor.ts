import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '#adapters/store/sqlite/migrate.ts';
import { openSqlite } from '#clients/sqlite.ts';
import { itemId } from '#domain/ids.ts';
import type { Life } from './queue-life.ts';

const GROUP = 100;

/** What SQLite gives for the same rows and indexes when nothing stands around it: no threads, no fairness, no counts. */
export function measureFloor(items: number, synchronous: 'FULL' | 'NORMAL'): Life {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-floor-'));
  const settings = { file: join(folder, 'floor.db'), readOnly: false, busyTimeoutMs: 0, cacheMiB: 64 };
  const db = openSqlite({ ...settings, synchronous });
  migrate(db);
  const from = performance.now();
  fill(db, items);
  const filled = performance.now();
  empty(db, items);
  const done = performance.now();
  db.close();
  rmSync(folder, { recursive: true });
  const perSecond = (ms: number): number => (items / ms) * 1_000;
  return {
    submit: perSecond(filled - from),
    process: perSecond(done - filled),
    whole: perSecond(done - from),
  };
}

function fill(db: DatabaseSync, items: number): void {
  const insert = db.prepare(
    `insert into items (id, batch_id, status, created_at, payload) values (?, 1, 'pending', ?, ?)`,
  );
  for (let seq = 1; seq <= items;) {
    db.exec('begin immediate');
    // As large as the pieces in which submissions are received.
    for (const last = Math.min(items, seq + 2_000 - 1); seq <= last; seq += 1) {
      insert.run(
        itemId(1, seq),
        Date.now(),
        JSON.stringify({ question: `How many days of leave has person ${seq}` }),
      );
    }
    db.exec('commit');
  }
}

function empty(db: DatabaseSync, items: number): void {
  const claim = db.prepare(
    `update items set status = 'processing', generation = generation + 1, owner = 1, started_at = ?
      where id in (select id from items where batch_id = 1 and status = 'pending' and available_at = 0
                    order by priority desc, id limit ${GROUP})
     returning id, generation, failures, payload`,
  );
  const settle = db.prepare(
    `update items set status = 'completed', owner = null, ended_at = ? where id = ? and generation = ? and status = 'processing'`,
  );
  let held: Record<string, unknown>[] = [];
  for (let settled = 0; settled < items;) {
    db.exec('begin immediate');
    for (const { id, generation } of held) settle.run(Date.now(), id as number, generation as number);
    settled += held.length;
    held = claim.all(Date.now());
    db.exec('commit');
  }
}
