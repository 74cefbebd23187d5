import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AesSealer } from '#adapters/sealer/aes-gcm/aes-sealer.ts';
import { openTemporaryStore as openPostgres } from '#adapters/store/postgres/temporary-store.ts';
import { recast } from '#adapters/store/sealed/recast.ts';
import { sealStore } from '#adapters/store/sealed/sealed-store.ts';
import { openTemporaryStore as openSqlite } from '#adapters/store/sqlite/temporary-store.ts';
import { findPostgres } from '#clients/temporary-postgres.ts';
import { SealAnew } from '#core/platform/seal-anew.ts';
import { batchOfItem } from '#domain/ids.ts';
import { answerOf, answerStoreContract, citation } from '#ports/store/answers.contract.ts';
import { batchesContract } from '#ports/store/batches.contract.ts';
import { bornClaimedContract } from '#ports/store/born-claimed.contract.ts';
import { copiesContract } from '#ports/store/copies.contract.ts';
import { fileUsesContract } from '#ports/store/file-uses.contract.ts';
import { itemsContract } from '#ports/store/items.contract.ts';
import { casesContract } from '#ports/store/cases.contract.ts';
import { judgementsContract } from '#ports/store/judgements.contract.ts';
import { missesContract } from '#ports/store/misses.contract.ts';
import { rewarmContract } from '#ports/store/rewarm.contract.ts';
import { offersContract } from '#ports/store/offers.contract.ts';
import { recordsContract } from '#ports/store/records.contract.ts';
import { removalsContract } from '#ports/store/removals.contract.ts';
import { schedulesContract } from '#ports/store/schedules.contract.ts';
import { begin, NOW, submit } from '#ports/store/samples.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { SealedRow } from '#ports/store/seals.ts';
import type { Store } from '#ports/store/store.ts';
import { turnOf, turnsContract } from '#ports/store/turns.contract.ts';

const SECRET = 'a secret that is long enough for a key';
const keysOf = (...all: string[]) => new AesSealer({ newest: all[0] ?? null, all });
const sealer = keysOf(SECRET);

const sqlite = await openSqlite({
  writer: new URL('./threads/store-writer.ts', import.meta.url),
  scans: new URL('./threads/store-scans.ts', import.meta.url),
  scansGiven: { newest: SECRET, all: [SECRET] },
});
after(() => sqlite.close());
const close = async (): Promise<void> => sqlite.empty();
const store = sealStore(sqlite.store, sealer, { finds: true });
const open = async () => ({ store, close });

// Whoever uses a store does not notice that it is sealed.
itemsContract('sealed sqlite', open);
bornClaimedContract('sealed sqlite', open);
batchesContract('sealed sqlite', open);
offersContract('sealed sqlite', open);
judgementsContract('sealed sqlite', open);
casesContract('sealed sqlite', open);
missesContract('sealed sqlite', open);
rewarmContract('sealed sqlite', open);
schedulesContract('sealed sqlite', open);
recordsContract('sealed sqlite', open);
removalsContract('sealed sqlite', open);
fileUsesContract('sealed sqlite', open);
turnsContract('sealed sqlite', open);
copiesContract('sealed sqlite', open);
answerStoreContract(async () => ({ answers: store.answers, flights: store.flights, close }));
sealingStory('sealed sqlite', sqlite.store, close);

test('sealed sqlite: a search opens on its own thread; here is opened what it found', async () => {
  const place = await begin({ store, close });
  try {
    const batch = await submit(place, 600);
    let opened = 0;
    const open: Sealer['open'] = (kept, about) => {
      opened += 1;
      return sealer.open(kept, about);
    };
    const counting: Sealer = {
      newest: sealer.newest,
      names: sealer.names,
      seal: (text, about) => sealer.seal(text, about),
      open,
      isSealed: (kept) => sealer.isSealed(kept),
      isCurrent: (kept) => sealer.isCurrent(kept),
    };
    const { items } = await sealStore(sqlite.store, counting, { finds: true }).items.list(
      place.projectId,
      { batchId: batch.id, text: 'QUESTION 59' },
      { cursor: null, limit: 100 },
    );
    assert.deepEqual([items.length, opened], [11, 11]);
  } finally {
    await close();
  }
});

if (findPostgres() === null) test('PostgreSQL is sealed', { skip: 'PostgreSQL is not installed' });
else {
  const postgres = await openPostgres();
  after(() => postgres.close());
  const sealed = sealStore(postgres.store, sealer, { finds: false });
  answerStoreContract(async () => ({
    answers: sealed.answers,
    flights: sealed.flights,
    close: postgres.empty,
  }));
  missesContract('sealed postgres', async () => ({ store: sealed, close: postgres.empty }));
  rewarmContract('sealed postgres', async () => ({ store: sealed, close: postgres.empty }));
  copiesContract('sealed postgres', async () => ({ store: sealed, close: postgres.empty }));
  sealingStory('sealed postgres', postgres.store, postgres.empty);
}

/** What was plain, or sealed with another key, is sealed anew; a pass that breaks off goes on. */
function sealingStory(name: string, bare: Store, empty: () => Promise<void>): void {
  const secret = 'another secret that is long enough';
  const rotated = keysOf(secret, SECRET);
  const anew = new SealAnew({
    store: bare,
    sealer: rotated,
    recast: (kind, row) => recast(rotated, kind, row),
    clock: () => NOW,
    log: () => undefined,
  });
  const [old, fresh] = [sealer, keysOf(secret)].map((each) => sealStore(bare, each, { finds: true })) as [
    Store,
    Store,
  ];

  test(`${name}: rows that are plain and rows of the old key are sealed with the new one`, async () => {
    const plain = await begin({ store: bare, close: empty });
    const { projectId } = plain;
    try {
      await submit(plain, 3);
      await submit({ ...plain, store: old }, 3);
      await bare.answers.put(answerOf({ projectId, key: 'plain' }), null);
      await keepOld(old, projectId);
      for (const each of [sealer, rotated])
        await bare.seals.noteKey({ name: each.newest as string, proof: '', since: NOW });

      await anew.beginIfDue();
      await anew.run(() => true);
      assert.equal((await anew.state()).pass?.endedAt, null);
      await anew.run(() => false);
      const { keys, pass } = await anew.state();
      assert.deepEqual([keys.map((key) => key.name), pass?.endedAt], [[rotated.newest], NOW]);

      const { rows } = await bare.seals.rows('items', null, 10);
      assert.equal(rows.length, 6);
      for (const row of rows) assert.match(String(row.values[0]), /sealed:1:/);
      const { items } = await fresh.items.list(projectId, { batchId: batchOf(rows[0]) }, PAGE);
      assert.deepEqual(items[0]?.payload, { question: 'question 1' });
      assert.equal((await fresh.answers.findByKey(projectId, 'plain'))?.text, answerOf().text);
      await findOld(fresh, projectId);

      await anew.beginIfDue();
      assert.equal((await anew.state()).pass?.endedAt, NOW, 'once is enough');
    } finally {
      await empty();
    }
  });

  test(`${name}: words that only look sealed are words, and a row that does not open holds up no pass`, async () => {
    const { projectId } = await begin({ store: bare, close: empty });
    const looks = 'sealed:1:00000000:AAAA';
    try {
      const answer = { ...answerOf({ projectId, key: 'looks' }), question: looks };
      await bare.answers.put(answer, null);
      await bare.answers.put({ ...answer, key: 'plain', question: 'Who?' }, null);
      // As somebody moved it from elsewhere on the disk.
      const moved = sealer.seal('words', 'something else');
      await bare.answers.put({ ...answer, key: 'moved', question: moved }, null);
      const seen = await old.answers.findByKey(projectId, 'looks');
      assert.equal(seen?.question, looks);

      await anew.begin();
      await anew.run(() => false);
      assert.equal((await anew.state()).pass?.endedAt, NOW);
      const { rows } = await bare.seals.rows('answers', null, 10);
      const kept = rows.map(({ key, values }) => [key, String(values[0])] as const);
      for (const [key, question] of kept)
        if (key === 'moved') assert.equal(question, moved);
        else assert.ok(question.startsWith(`sealed:1:${rotated.newest}:`), question);
      assert.equal((await fresh.answers.findByKey(projectId, 'looks'))?.question, looks);
      assert.equal((await fresh.answers.findByKey(projectId, 'plain'))?.question, 'Who?');
      await assert.rejects(old.answers.findByKey(projectId, 'moved'), { code: 'seal_broken' });
    } finally {
      await empty();
    }
  });

  test(`${name}: a row that was moved to another project does not open there`, async () => {
    const { projectId } = await begin({ store: bare, close: empty });
    try {
      const sealed = sealStore(bare, sealer, { finds: true });
      const other = await bare.projects.ensure('other', NOW);
      await sealed.answers.put(answerOf({ projectId, key: 'k' }), null);
      const kept = await bare.answers.findByKey(projectId, 'k');
      assert.ok(kept);
      await bare.answers.put({ ...kept, projectId: other.id }, null);
      await assert.rejects(sealed.answers.findByKey(other.id, 'k'), { code: 'seal_broken' });
    } finally {
      await empty();
    }
  });
}

async function keepOld(old: Store, projectId: number): Promise<void> {
  await old.answers.put(answerOf({ projectId, key: 'old', citations: [citation(3)] }), null);
  await old.answers.put(answerOf({ projectId, key: 'old', text: 'It says something else.' }), null);
  await old.turns.put([turnOf(projectId, { key: 't', body: 'as it came' })]);
  await old.misses.count(projectId, [{ key: 'm', question: 'Who?', misses: 2 }], NOW);
}

async function findOld(fresh: Store, projectId: number): Promise<void> {
  const kept = await fresh.answers.findByKey(projectId, 'old');
  assert.equal(kept?.text, 'It says something else.');
  const former = await fresh.answers.former(projectId, kept?.id as number);
  assert.equal(former?.citations[0]?.quote, citation(3).quote);
  assert.equal((await fresh.turns.find(projectId, ['t']))[0]?.body, 'as it came');
  const missed = await fresh.misses.list(projectId, {}, { ...PAGE, now: NOW });
  assert.equal(missed.items[0]?.question, 'Who?');
}

const PAGE = { cursor: null, limit: 10 };

function batchOf(row: SealedRow | undefined): number {
  return batchOfItem(row?.id[0] as number);
}
