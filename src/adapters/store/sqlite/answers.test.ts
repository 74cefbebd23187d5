import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqlite } from '#clients/sqlite.ts';
import { answerOf, answerStoreContract, citation } from '#ports/store/answers.contract.ts';
import { answerScans, answerWrites, sqliteAnswers } from './answers.ts';
import { putAnswer } from './put-answer.ts';
import { flightWrites, sqliteFlights } from './flights.ts';
import { migrate } from './migrate.ts';
import { remoteHere } from './remote-here.ts';

function openFile() {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-answers-'));
  const db = openSqlite({
    file: join(folder, 'preheat.db'),
    readOnly: false,
    busyTimeoutMs: 1_000,
    synchronous: 'NORMAL',
    cacheMiB: 4,
  });
  migrate(db);
  return {
    db,
    close: () => {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

answerStoreContract(async () => {
  const { db, close } = openFile();
  return {
    answers: sqliteAnswers(db, remoteHere(answerWrites(db)), remoteHere(answerScans(db))),
    flights: sqliteFlights(remoteHere(flightWrites(db))),
    async close() {
      close();
    },
  };
});

test('an answer put inside a transaction is undone with it, and its flight goes on', () => {
  const { db, close } = openFile();
  const flights = flightWrites(db);
  const put = putAnswer(db);
  const boarded = flights.board(1, 'k1', 5, { now: 0, leaseUntil: 30_000 });
  assert.ok(boarded.kind === 'leader');
  db.exec('begin');
  assert.equal(typeof put(answerOf({ citations: [citation(4)] }), boarded.flight), 'number');
  db.exec('rollback');
  assert.equal(db.prepare('select count(*) as n from answer_documents').get()?.['n'], 0);
  assert.equal(typeof put(answerOf(), boarded.flight), 'number');
  assert.equal(put(answerOf(), boarded.flight), null);
  close();
});

test('a look-up by key, a list and a purge by document use their indexes', () => {
  const { db, close } = openFile();
  const plan = (sql: string) =>
    db
      .prepare(`explain query plan ${sql}`)
      .all()
      .map((row) => String(row['detail']))
      .join('; ');
  assert.match(
    plan("select * from answers where project_id = 1 and key = 'k'"),
    /SEARCH answers USING INDEX/,
  );
  assert.match(
    plan(
      'select id from answers where project_id = 1 and id in (select answer_id from answer_documents where document_id = 3)',
    ),
    /SEARCH answers USING (COVERING )?INDEX answers_of_project \(project_id=\? AND id=\?\)/,
  );
  const list = plan('select * from answers where project_id = 1 and id < 9 order by id desc limit 10');
  assert.match(list, /SEARCH answers USING INDEX answers_of_project/);
  assert.doesNotMatch(list, /TEMP B-TREE/);
  close();
});
