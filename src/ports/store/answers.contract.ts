import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewAnswer } from '#domain/answer.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { AnswerStore } from './answers.ts';
import type { FlightStore } from './flights.ts';

export interface OpenAnswers {
  readonly answers: AnswerStore;
  readonly flights: FlightStore;
  close(): Promise<void>;
}

/** A plain answer of project 1, with the given fields in place of its own. */
export function answerOf(fields: Partial<NewAnswer> = {}): NewAnswer {
  return {
    projectId: 1,
    key: 'k1',
    question: 'How many days of leave do I get?',
    filter: NO_FILTER,
    found: true,
    text: 'You get 25 days. [1]',
    citations: [citation(7)],
    evidence: {
      paragraphs: [{ hash: 'aa', documentId: 7, supports: true }],
      fingerprint: 'f',
      epoch: 1,
      floor: 0.5,
    },
    usage: { inputTokens: 3, outputTokens: 4, costMicros: 12 },
    profile: 'p',
    generator: 'openai:small',
    corpusVersion: 5,
    createdAt: 1_000,
    expiresAt: 9_000,
    tookMs: 20,
    ...fields,
  };
}

export function citation(documentId: number) {
  return {
    number: 1,
    documentId,
    document: 'leave.md',
    chunkId: 3,
    headings: ['Leave'],
    page: null,
    quote: 'You get 25 days.',
    paragraph: 'aa',
  };
}

const DAY_MS = 86_400_000;
const TIMES = { now: 2_000, leaseUntil: 32_000 };

/** What every store of answers must do. */
export function answerStoreContract(open: () => Promise<OpenAnswers>): void {
  const withStore = (title: string, check: (store: OpenAnswers) => Promise<void>) =>
    test(title, async () => {
      const store = await open();
      try {
        await check(store);
      } finally {
        await store.close();
      }
    });

  withStore('an answer is found by key and by id, as it was put', async ({ answers }) => {
    assert.equal(await answers.put(answerOf(), null), true);
    const found = await answers.findByKey(1, 'k1');
    assert.ok(found);
    const fresh = { id: found.id, hits: 0, lastHitAt: null, version: 1, changedAt: 1_000 };
    assert.deepEqual(found, { ...answerOf(), ...fresh });
    assert.deepEqual(await answers.find(1, found.id), found);
  });

  withStore('answers are found by many keys at once', async ({ answers }) => {
    await answers.put(answerOf(), null);
    await answers.put(answerOf({ key: 'k2', text: 'Two. [1]' }), null);
    await answers.put(answerOf({ key: 'k3', projectId: 2 }), null);
    const found = await answers.findByKeys(1, ['k2', 'k3', 'k4', 'k1']);
    assert.deepEqual(
      new Map(found.map(({ key, text }) => [key, text])),
      new Map([
        ['k1', answerOf().text],
        ['k2', 'Two. [1]'],
      ]),
    );
    assert.deepEqual(await answers.findByKeys(1, []), []);
  });

  withStore("another project's answer is not there", async ({ answers }) => {
    await answers.put(answerOf(), null);
    const { id } = (await answers.findByKey(1, 'k1')) ?? assert.fail();
    assert.equal(await answers.findByKey(2, 'k1'), null);
    assert.equal(await answers.find(2, id), null);
    assert.equal(await answers.drop(2, {}), 0);
  });

  withStore(
    'a newer answer takes the place of the old one and keeps its id and its hits',
    async ({ answers }) => {
      await answers.put(answerOf(), null);
      const old = (await answers.findByKey(1, 'k1')) ?? assert.fail();
      await answers.countHits([{ answerId: old.id, hits: 4 }], 1_500);
      await answers.put(answerOf({ text: 'You get 28 days. [1]', createdAt: 1_600 }), null);
      const found = await answers.findByKey(1, 'k1');
      assert.equal(found?.text, 'You get 28 days. [1]');
      assert.deepEqual([found?.id, found?.hits, found?.lastHitAt], [old.id, 4, 1_500]);
    },
  );

  withStore('an answer made at an older corpus version replaces nothing newer', async ({ answers }) => {
    await answers.put(answerOf({ corpusVersion: 6 }), null);
    assert.equal(await answers.put(answerOf({ corpusVersion: 5, text: 'old' }), null), true);
    assert.equal((await answers.findByKey(1, 'k1'))?.text, answerOf().text);
  });

  withStore(
    'a confirmed answer stands at the newer corpus version, never at an older',
    async ({ answers }) => {
      await answers.put(answerOf(), null);
      const known = (await answers.findByKey(1, 'k1')) ?? assert.fail();
      assert.deepEqual(known.evidence, answerOf().evidence);
      assert.equal(await answers.confirm(known, foundAt(8)), true);
      const confirmed = (await answers.find(1, known.id)) ?? assert.fail();
      assert.equal(confirmed.corpusVersion, 8);
      assert.deepEqual([confirmed.evidence.epoch, confirmed.evidence.floor], [2, null]);
      assert.equal(await answers.confirm(confirmed, foundAt(7)), false);
      assert.equal(await answers.confirm({ ...confirmed, projectId: 2 }, foundAt(99)), false);
      assert.deepEqual(await answers.find(1, known.id), confirmed);
    },
  );

  withStore(
    'an answer that was replaced or confirmed since it was looked at is not confirmed',
    async ({ answers }) => {
      await answers.put(answerOf(), null);
      const known = (await answers.findByKey(1, 'k1')) ?? assert.fail();
      await answers.put(answerOf({ text: 'anew', createdAt: 1_001 }), null);
      assert.equal(await answers.confirm(known, foundAt(8)), false);
      const replaced = (await answers.findByKey(1, 'k1')) ?? assert.fail();
      assert.deepEqual([replaced.text, replaced.corpusVersion], ['anew', 5]);
      assert.equal(await answers.confirm(replaced, foundAt(8)), true);
      assert.equal(await answers.confirm(replaced, foundAt(9)), false);
      assert.equal((await answers.findByKey(1, 'k1'))?.corpusVersion, 8);
      await answers.drop(1, {});
      assert.equal(await answers.confirm(replaced, foundAt(9)), false, 'dropped meanwhile');
    },
  );

  withStore('an answer whose evidence moved rests on the document that has it now', async ({ answers }) => {
    await answers.put(answerOf({ citations: [citation(7)] }), null);
    const known = (await answers.findByKey(1, 'k1')) ?? assert.fail();
    const paragraphs = [{ hash: 'aa', documentId: 9, supports: true }];
    const citations = [{ ...citation(9), document: 'renamed.md', chunkId: 44 }];
    assert.equal(await answers.confirm(known, { ...foundAt(8), moved: { paragraphs, citations } }), true);
    const moved = (await answers.find(1, known.id)) ?? assert.fail();
    assert.deepEqual([moved.citations, moved.evidence.paragraphs], [citations, paragraphs]);
    assert.deepEqual([moved.evidence.fingerprint, moved.version, moved.text], ['f', 1, known.text]);
    await answers.put(answerOf({ citations, createdAt: 2_000, corpusVersion: 8 }), null);
    assert.equal((await answers.find(1, known.id))?.version, 1, 'made again, it says the same');
    assert.equal(await answers.drop(1, { documentId: 7 }), 0);
    assert.equal(await answers.drop(1, { documentId: 9 }), 1);
  });

  withStore('answers are dropped by document, by text, by id and by age', async ({ answers }) => {
    await answers.put(answerOf({ key: 'a', question: 'Where is Lift B?', citations: [citation(1)] }), null);
    await answers.put(answerOf({ key: 'b', citations: [citation(2)] }), null);
    await answers.put(answerOf({ key: 'c', citations: [citation(3)], expiresAt: 1_500 }), null);
    await answers.put(answerOf({ key: 'd', citations: [], found: false }), null);
    assert.equal(await answers.drop(1, { documentId: 2 }), 1);
    assert.equal(await answers.findByKey(1, 'b'), null);
    assert.equal(await answers.drop(1, { text: 'lift b' }), 1);
    assert.equal(await answers.drop(1, { expiredAt: 1_500 }), 1);
    assert.equal(await answers.drop(1, { found: false }), 1);
    assert.equal(await answers.drop(1, {}), 0);
  });

  withStore('a replaced answer no longer rests on the documents of the old one', async ({ answers }) => {
    await answers.put(answerOf({ citations: [citation(1)] }), null);
    await answers.put(answerOf({ citations: [citation(2)] }), null);
    assert.equal(await answers.drop(1, { documentId: 1 }), 0);
    assert.equal(await answers.drop(1, { documentId: 2 }), 1);
  });

  withStore('a purge of many answers leaves none', async ({ answers }) => {
    await Promise.all(Array.from({ length: 4_100 }, (_, n) => answers.put(answerOf({ key: `k${n}` }), null)));
    assert.equal(await answers.drop(1, {}), 4_100);
    assert.equal((await answers.stats(1, 0)).answers, 0);
  });

  withStore('a list goes newest first, in pages that neither repeat nor leave out', async ({ answers }) => {
    for (let n = 0; n < 7; n += 1)
      await answers.put(answerOf({ key: `k${n}`, question: `Question ${n}` }), null);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<AnswerStore['list']>> = await answers.list(1, {}, { limit: 3, cursor });
      seen.push(...page.items.map((answer) => answer.key));
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(seen, ['k6', 'k5', 'k4', 'k3', 'k2', 'k1', 'k0']);
    const only = await answers.list(1, { text: 'QUESTION 4' }, { limit: 10, cursor: null });
    assert.deepEqual(
      only.items.map((answer) => answer.key),
      ['k4'],
    );
  });

  withStore('a cursor that no page gave is refused', async ({ answers }) => {
    for (const cursor of ['!', '-1', '1.5', '', '9'.repeat(20)])
      await assert.rejects(answers.list(1, {}, { limit: 1, cursor }), { code: 'bad_cursor' });
  });

  withStore('statistics count answers by what became of them', async ({ answers }) => {
    await answers.put(answerOf({ key: 'a', expiresAt: 2 * DAY_MS }), null);
    await answers.put(answerOf({ key: 'b', found: false, expiresAt: 1_500 }), null);
    const figures = { answers: 2, suspect: 0 };
    assert.deepEqual(await answers.stats(1, 1_400), { ...figures, notFound: 1, expired: 0, expiring: 0 });
    const later = { ...figures, notFound: 0, expired: 1, expiring: 0 };
    assert.deepEqual(await answers.stats(1, 2_000), later, 'counted once');
    assert.deepEqual(await answers.stats(1, 1.5 * DAY_MS), { ...later, expiring: 1 });
  });

  versionFacts(withStore);
  flightFacts(withStore);
}

type WithStore = (title: string, check: (store: OpenAnswers) => Promise<void>) => unknown;

function versionFacts(withStore: WithStore): void {
  withStore('an answer that comes out the same is renewed: its version stays', async ({ answers }) => {
    await answers.put(answerOf(), null);
    const moved = { ...citation(8), chunkId: 99, paragraph: 'bb' };
    await answers.put(answerOf({ createdAt: 2_000, expiresAt: 19_000, citations: [moved] }), null);
    const renewed = (await answers.findByKey(1, 'k1')) ?? assert.fail();
    const { version, changedAt, createdAt, expiresAt, citations } = renewed;
    assert.deepEqual([version, changedAt, createdAt, expiresAt], [1, 1_000, 2_000, 19_000]);
    assert.equal(citations[0]?.chunkId, 99, 'where it stands is as it is now');
    assert.equal(await answers.former(1, renewed.id), null);
  });

  withStore(
    'one that says something else has a new version, and what it said is kept',
    async ({ answers }) => {
      await answers.put(answerOf(), null);
      const { id } = (await answers.findByKey(1, 'k1')) ?? assert.fail();
      await answers.put(answerOf({ text: 'You get 28 days. [1]', createdAt: 2_000, corpusVersion: 6 }), null);
      const second = await answers.find(1, id);
      assert.deepEqual([second?.version, second?.changedAt], [2, 2_000]);
      const { found, text, citations, generator } = answerOf();
      const first = { found, text, citations, generator, version: 1, corpusVersion: 5, changedAt: 1_000 };
      assert.deepEqual(await answers.former(1, id), { ...first, replacedAt: 2_000 });
      assert.equal(await answers.former(2, id), null);
      await answers.put(answerOf({ text: 'late', createdAt: 3_000 }), null);
      assert.equal((await answers.former(1, id))?.version, 1, 'an older one replaced nothing');
      await answers.put(answerOf({ text: 'Ask. [1]', createdAt: 4_000, corpusVersion: 6 }), null);
      assert.equal((await answers.former(1, id))?.text, 'You get 28 days. [1]', 'the last one alone');
      await answers.drop(1, {});
      assert.equal(await answers.former(1, id), null);
    },
  );

  withStore('what it said before its last change is not what it is compared with', async ({ answers }) => {
    const texts = ['A [1]', 'B [1]', 'B [1]', 'A [1]'];
    const versions: (number | undefined)[] = [];
    for (const [n, text] of texts.entries()) {
      await answers.put(answerOf({ text, createdAt: 1_000 + n }), null);
      versions.push((await answers.findByKey(1, 'k1'))?.version);
    }
    assert.deepEqual(versions, [1, 2, 2, 3]);
  });
}

function flightFacts(withStore: WithStore): void {
  withStore('one of many boards a flight, the others wait for it', async ({ flights }) => {
    const boarded = await Promise.all(Array.from({ length: 20 }, () => flights.board(1, 'k1', 5, TIMES)));
    assert.equal(boarded.filter((one) => one.kind === 'leader').length, 1);
    assert.deepEqual(
      boarded.find((one) => one.kind === 'waiter'),
      { kind: 'waiter', leaseUntil: 32_000 },
    );
  });

  withStore('flights of other projects, keys and corpus versions are other flights', async ({ flights }) => {
    for (const [project, key, version] of [
      [1, 'k1', 5],
      [2, 'k1', 5],
      [1, 'k2', 5],
      [1, 'k1', 6],
    ] as const) {
      assert.equal((await flights.board(project, key, version, TIMES)).kind, 'leader');
    }
  });

  withStore(
    'an answer that was put ends its flight, and who comes later finds it landed',
    async ({ answers, flights }) => {
      const flight = await lead(flights);
      assert.equal(await answers.put(answerOf(), flight), true);
      const late = await flights.board(1, 'k1', 5, TIMES);
      assert.equal(late.kind === 'landed' && late.answer.text, answerOf().text);
      assert.equal((await flights.board(1, 'k1', 6, TIMES)).kind, 'leader');
    },
  );

  withStore('an expired answer, or one made too early, has not landed', async ({ answers, flights }) => {
    await answers.put(answerOf({ createdAt: 1_000, expiresAt: 9_000 }), null);
    const refresh = await flights.board(1, 'k1', 5, { ...TIMES, madeAfter: 1_000 });
    assert.equal(refresh.kind, 'leader');
    assert.equal((await flights.board(1, 'k1', 5, { now: 9_000, leaseUntil: 39_000 })).kind, 'waiter');
    assert.equal((await flights.board(1, 'k1', 5, { now: 8_999, leaseUntil: 39_000 })).kind, 'landed');
  });

  withStore(
    'a flight whose lease ran out is taken over, and its old leader can store nothing',
    async (store) => {
      const old = await lead(store.flights);
      const taken = await store.flights.board(1, 'k1', 5, { now: 32_000, leaseUntil: 62_000 });
      assert.ok(taken.kind === 'leader' && taken.flight.token !== old.token);
      assert.equal(await store.flights.renew(old, 99_000), false);
      await store.flights.abandon(old);
      assert.equal(await store.answers.put(answerOf({ text: 'late' }), old), false);
      assert.equal(await store.answers.findByKey(1, 'k1'), null);
      assert.equal(await store.answers.put(answerOf(), taken.flight), true);
    },
  );

  withStore('a token is never given twice, also after its flight has ended', async ({ answers, flights }) => {
    const first = await lead(flights);
    await flights.abandon(first);
    const second = await lead(flights);
    assert.notEqual(second.token, first.token);
    assert.equal(await answers.put(answerOf(), first), false);
    assert.equal(await answers.put(answerOf(), second), true);
  });

  withStore('a renewed flight is not taken over', async ({ flights }) => {
    const flight = await lead(flights);
    assert.equal(await flights.renew(flight, 60_000), true);
    const other = await flights.board(1, 'k1', 5, { now: 33_000, leaseUntil: 63_000 });
    assert.deepEqual(other, { kind: 'waiter', leaseUntil: 60_000 });
  });
}

async function lead(flights: FlightStore) {
  const boarded = await flights.board(1, 'k1', 5, TIMES);
  return boarded.kind === 'leader' ? boarded.flight : assert.fail(`not the leader: ${boarded.kind}`);
}

/** What a retrieval says that found an answer's evidence again. */
function foundAt(corpusVersion: number) {
  return { corpusVersion, epoch: 2, floor: null };
}
