import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { Settlement } from '#domain/outcome.ts';
import { claim, completed, draft, NOW, rows } from '#ports/store/samples.ts';
import type { Store } from '#ports/store/store.ts';
import { runGroup, runRead } from './group.ts';
import type { Call, Reply, VerbTable } from './group.ts';
import { migrate } from './migrate.ts';
import { writeVerbs } from './write-verbs.ts';

/** A table of notes, and verbs that write into it in good and bad ways. */
function openNotes(t: TestContext): { db: DatabaseSync; verbs: VerbTable; notes: () => unknown[] } {
  const db = new DatabaseSync(':memory:', { limits: { length: 10_000 } });
  t.after(() => db.close());
  db.exec('create table notes (text text not null unique) strict');
  const insert = db.prepare('insert into notes values (?)');
  const write = (text: string): string => {
    insert.run(text);
    return text;
  };
  const verbs: VerbTable = {
    notes: {
      write,
      writeThenFail(text: string): void {
        write(text);
        throw new Error('Half-way.');
      },
      refuse(): void {
        throw new Fault('conflict', 'no', 'No.');
      },
    },
  };
  return {
    db,
    verbs,
    notes: () =>
      db
        .prepare('select text from notes')
        .all()
        .map((row) => row['text']),
  };
}

let lastId = 0;
function call(verb: string, ...args: unknown[]): Call {
  lastId += 1;
  return { id: lastId, entity: 'notes', verb, args };
}

const codes = (replies: readonly Reply[]): string[] =>
  replies.map((reply) => ('fault' in reply ? reply.fault.code : 'done'));

test('a verb that fails undoes itself alone; its neighbours are recorded', (t) => {
  const { db, verbs, notes } = openNotes(t);
  const calls = [
    call('write', 'a'),
    call('writeThenFail', 'b'),
    call('refuse'),
    call('write', 'a'),
    call('nothing'),
    call('write', 'x'.repeat(20_000)),
    call('write', 'c'),
  ];
  const replies = runGroup(db, verbs, calls);
  assert.deepEqual(codes(replies), [
    'done',
    'store_failed',
    'no',
    'store_failed',
    'unknown_verb',
    'store_failed',
    'done',
  ]);
  assert.deepEqual(
    replies.map(({ id }) => id),
    calls.map(({ id }) => id),
  );
  assert.deepEqual(notes(), ['a', 'c']);
  assert.equal(db.isTransaction, false);
});

test('a group that cannot commit records nothing, and every caller is told', (t) => {
  const { db, verbs, notes } = openNotes(t);
  db.exec('pragma foreign_keys = on');
  db.exec('create table owners (id integer primary key)');
  db.exec('create table things (owner integer references owners(id) deferrable initially deferred)');
  const orphan: VerbTable = {
    notes: { ...verbs['notes'], orphan: () => db.exec('insert into things values (1)') },
  };
  const replies = runGroup(db, orphan, [call('write', 'a'), call('orphan'), call('write', 'b')]);
  assert.deepEqual(codes(replies), ['store_failed', 'store_failed', 'store_failed']);
  assert.deepEqual([notes(), db.isTransaction], [[], false]);
  assert.deepEqual(codes(runGroup(db, verbs, [call('write', 'c')])), ['done'], 'and the next group goes on');
});

test('a transaction that SQLite itself gave up fails the group, not the verb that met it', (t) => {
  const { db, verbs, notes } = openNotes(t);
  const giveUp: VerbTable = {
    notes: {
      ...verbs['notes'],
      giveUp() {
        db.exec('rollback');
        throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
      },
    },
  };
  const replies = runGroup(db, giveUp, [call('write', 'a'), call('giveUp'), call('write', 'b')]);
  assert.deepEqual(codes(replies), ['disk_full', 'disk_full', 'disk_full']);
  assert.deepEqual([notes(), db.isTransaction], [[], false]);
});

test('what SQLite meets becomes a code, by the primary part of its own', (t) => {
  const { db } = openNotes(t);
  const meets = (errcode: number): string => {
    const verbs: VerbTable = {
      notes: {
        meet() {
          throw Object.assign(new Error('it said so'), { errcode });
        },
      },
    };
    return codes([runRead(() => verbs, call('meet')), ...runGroup(db, verbs, [call('meet')])]).join(' ');
  };
  const SQLITE_IOERR_WRITE = 10 | (3 << 8);
  const SQLITE_BUSY_SNAPSHOT = 5 | (2 << 8);
  assert.equal(meets(13), 'disk_full disk_full');
  assert.equal(meets(SQLITE_IOERR_WRITE), 'disk_failed disk_failed');
  assert.equal(meets(SQLITE_BUSY_SNAPSHOT), 'store_busy store_busy');
  assert.equal(meets(11), 'store_damaged store_damaged');
  assert.equal(meets(26), 'store_damaged store_damaged');
  assert.equal(meets(1), 'store_failed store_failed');
});

test('a result too large for the database fails its own settle; a group of one each then records the others', async (t) => {
  const db = new DatabaseSync(':memory:', { limits: { length: 100_000 } });
  t.after(() => db.close());
  migrate(db);
  const verbs = writeVerbs(db);
  const store = {
    items: { claim: async (request) => verbs.items.claim(request) } as Partial<Store['items']>,
  } as Store;
  const { id: projectId } = verbs.projects.ensure('default', NOW);
  verbs.intake.submit(draft(projectId), rows(3), null, NOW);
  const items = await claim({ store, projectId, workerId: 1, close: async () => undefined }, 3);
  const [a, b, c] = items.map(completed) as [Settlement, Settlement, Settlement];
  const huge = { ...b, outcome: { kind: 'completed', result: { text: 'x'.repeat(200_000) }, effects: [] } };
  const settle = (group: readonly unknown[]): Call => ({
    id: 1,
    entity: 'items',
    verb: 'settle',
    args: [group, NOW],
  });
  const statuses = (): unknown[] =>
    db
      .prepare('select status from items order by id')
      .all()
      .map((row) => row['status']);
  assert.deepEqual(codes(runGroup(db, verbs, [settle([a, huge, c])])), ['store_failed']);
  assert.deepEqual(statuses(), ['processing', 'processing', 'processing']);
  assert.deepEqual(codes(runGroup(db, verbs, [settle([a]), settle([huge]), settle([c])])), [
    'done',
    'store_failed',
    'done',
  ]);
  assert.deepEqual(statuses(), ['completed', 'processing', 'completed']);
});
