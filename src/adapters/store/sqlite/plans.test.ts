import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { answerScans, answerWrites } from './answers.ts';
import { advanceBatch } from './batches/advance.ts';
import { endBatches } from './batches/end.ts';
import { sqliteBatches } from './batches/open.ts';
import { batchScans } from './batches/scan.ts';
import { steerBatch } from './batches/steer.ts';
import { batchWrites } from './batches/writes.ts';
import { documentReads } from './documents/list.ts';
import { claimItems } from './items/claim.ts';
import { sqliteItems } from './items/open.ts';
import { itemScans } from './items/scan.ts';
import { settleItems } from './items/settle.ts';
import { releaseItems, steerItem } from './items/steer.ts';
import { migrate } from './migrate.ts';
import { missScans } from './misses.ts';
import { rewarmScans } from './rewarm.ts';
import { workerWrites } from './workers.ts';
import { writeVerbs } from './write-verbs.ts';

const db = new DatabaseSync(':memory:');
migrate(db);

/** How SQLite means to run each statement that `use` prepares: the statements themselves, not copies of them. */
function plansOf(use: (spy: DatabaseSync) => void): ReadonlyMap<string, string> {
  const statements = new Set<string>();
  const spy = new Proxy(db, {
    get(target, key: keyof DatabaseSync) {
      const value = target[key];
      if (key === 'prepare') {
        return (sql: string) => {
          statements.add(sql);
          return target.prepare(sql);
        };
      }
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  use(spy);
  return new Map([...statements].map((sql) => [sql.replace(/\s+/g, ' ').trim(), explain(sql)]));
}

function explain(sql: string): string {
  const steps = db.prepare(`explain query plan ${sql}`).all();
  return steps.map((step) => String(step['detail'])).join('; ');
}

/** The plan of the one statement that has these words in it. */
function planOf(use: (spy: DatabaseSync) => void, words: RegExp): string {
  const found = [...plansOf(use)].filter(([sql]) => words.test(sql));
  assert.equal(found.length, 1, `${found.length} statements are like ${words}`);
  return (found[0] as [string, string])[1];
}

/** Stands for a thread of which no verb is called. */
const none = {} as never;

test('a claim walks the batches at work and takes along the indexes of ready and delayed items', () => {
  assert.match(
    planOf(claimItems, /from batches where status = 'processing'$/),
    /USING INDEX batches_processing/,
  );
  assert.match(
    planOf(claimItems, /available_at = 0 order by/),
    /SEARCH items USING COVERING INDEX items_ready \(batch_id=\?\)/,
  );
  assert.match(
    planOf(claimItems, /available_at <= \? order by/),
    /INDEX items_delayed \(batch_id=\? AND available_at>\? AND available_at<\?\)/,
  );
  assert.match(
    planOf(claimItems, /min\(available_at\)/),
    /INDEX items_delayed \(batch_id=\? AND available_at>\?\)/,
  );
  assert.match(planOf(claimItems, /select batch_id, count/), /USING COVERING INDEX items_processing/);
  assert.doesNotMatch(planOf(claimItems, /available_at = 0 order by/), /TEMP B-TREE/, 'already in order');
});

test('a settle finds its item by the primary key', () => {
  for (const [sql, plan] of plansOf(settleItems)) {
    if (sql.startsWith('update items'))
      assert.equal(plan, 'SEARCH items USING INTEGER PRIMARY KEY (rowid=?)', sql);
  }
});

test('the end probe asks one index for each status that is open', () => {
  const probe = planOf(endBatches, /has_open/);
  for (const index of ['items_ready', 'items_processing', 'items_delayed'])
    assert.match(probe, new RegExp(`COVERING INDEX ${index} \\(batch_id=\\?`));
  const open = planOf(endBatches, /^select id from batches/);
  assert.match(open, /batches_processing.*batches_paused/);
});

test('cancel takes what waits along the same indexes', () => {
  assert.match(planOf(advanceBatch, /'pending' and available_at = 0/), /INDEX items_ready \(batch_id=\?\)/);
  assert.match(
    planOf(advanceBatch, /'pending' and available_at > 0/),
    /INDEX items_delayed \(batch_id=\? AND/,
  );
  assert.match(planOf(steerBatch, /generation \+ 1/), /INDEX items_processing \(batch_id=\?\)/);
});

test('items are listed along the primary key, dead letters along theirs, batches along the index of their project', () => {
  const list = (filter: object) => (spy: DatabaseSync) =>
    void itemScans(spy).list(1, filter, { limit: 5, cursor: null });
  db.exec(
    `insert into projects (id, name, created_at) values (1, 'p', 0);
     insert into batches (id, project_id, workload, status, source_kind, priority, pace_ms, max_attempts, options, metadata, next_seq, created_at)
     values (1, 1, 'w', 'processing', 'api', 0, 0, 3, '{}', '{}', 9, 0)`,
  );
  for (const filter of [{}, { status: 'failed' }, { text: 'x' }, { fromSeq: 3 }]) {
    assert.match(
      planOf(list({ batchId: 1, ...filter }), /^select \* from "items"/),
      /^SEARCH items USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/,
    );
  }
  assert.match(planOf(list({}), /i.status = 'failed' and i.id > /), /INDEX items_failed/);
  for (const filter of [{}, { status: 'paused' }, { text: 'x', workload: 'w' }] as const) {
    const scan = (spy: DatabaseSync): void => void batchScans(spy).list(1, filter, { limit: 5, cursor: '9' });
    assert.match(
      planOf(scan, /from "batches"/),
      /SEARCH batches USING INDEX batches_(of_project|by_workload) \(project_id=\?/,
    );
  }
});

test('expired answers are found along their index, and lists of answers go by id', () => {
  const drop = (spy: DatabaseSync): void => void answerWrites(spy).dropSome(1, { expiredAt: 5 });
  assert.match(
    planOf(drop, /expires_at <= :expiredAt/),
    /^SEARCH a USING COVERING INDEX answers_expiring \(project_id=\? AND expires_at<\?\)$/,
  );
  const list = (spy: DatabaseSync): void => void answerScans(spy).list(1, {}, { limit: 5, cursor: null });
  assert.match(
    planOf(list, /order by id desc/),
    /^SEARCH a USING INDEX answers_of_project \(project_id=\? AND id<\?\)(; CORRELATED SCALAR SUBQUERY 1(; SEARCH \w USING INTEGER PRIMARY KEY \(rowid=\?\))+)?$/,
  );
});

/** A row for each process, key, call that may go out at once, or thing in progress: these may be walked. Whatever else is walked needs an index. */
const SMALL = ['workers', 'flights', 'seal_keys', 'call_permits', 'sqlite_sequence'];

/** Run once, when a server starts. */
const AT_START = /where status = 'in_progress'$/;

test('no statement walks a table that grows without an index', () => {
  const plans = plansOf((spy) => {
    writeVerbs(spy);
    batchScans(spy);
    itemScans(spy);
    answerScans(spy);
    missScans(spy);
    rewarmScans(spy);
    sqliteBatches(spy, none, none);
    sqliteItems(spy, none, none);
  });
  assert.ok(plans.size > 80, `only ${plans.size} statements were seen`);
  for (const [sql, plan] of plans) {
    if (AT_START.test(sql)) continue;
    for (const [, table] of plan.matchAll(/SCAN (?!CONSTANT)(\w+)\b(?! USING| VIRTUAL)/g))
      assert.ok(SMALL.includes(table as string), `${sql}\n  ${plan}`);
  }
});

test('an index that nothing uses is none', () => {
  const used = [
    ...plansOf((spy) => {
      writeVerbs(spy);
      claimItems(spy);
      releaseItems(spy);
      steerItem(spy);
      batchWrites(spy);
      workerWrites(spy);
      batchScans(spy).list(1, {}, { limit: 5, cursor: null });
      batchScans(spy).list(1, { requestId: 'r' }, { limit: 5, cursor: null });
      itemScans(spy).list(1, {}, { limit: 5, cursor: null });
      answerScans(spy);
      sqliteBatches(spy, none, none);
    }).values(),
  ].join('; ');
  const indexes = db
    .prepare(
      `select name from sqlite_schema where type = 'index' and name like 'batches%' or name like 'items%' and type = 'index'`,
    )
    .all()
    .map((row) => row['name'] as string);
  assert.ok(indexes.length > 5);
  // Enforces that a key is there once in a batch; nothing looks things up by it.
  const rules = new Set(['items_key']);
  assert.deepEqual(
    indexes.filter((name) => !rules.has(name) && !used.includes(name)),
    [],
  );
});

test('vectors of known texts are found by their identities, not by walking all chunks of a project', () => {
  const plan = planOf(documentReads, /c\.identity, x\.vector/);
  assert.equal(plan.match(/SEARCH c USING INDEX chunks_identity/g)?.length, 2, plan);
});
