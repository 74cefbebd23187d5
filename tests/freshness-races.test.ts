import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisAnswerCache } from '#adapters/cache/redis/redis-answer-cache.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { isOvertaken } from '#core/freshness/overtaken.ts';
import { Fault } from '#domain/fault.ts';
import type { SharedAnswerCache } from '#ports/cache.ts';
import { EditedWorld } from './support/edited-world.ts';
import type { EditedProcess } from './support/edited-world.ts';
import { History, makeDocuments, makeQuestions } from './support/edits.ts';
import { seeded, seeds } from './support/random.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

const DOCUMENTS = 16;
const QUESTIONS = 24;
const EDITS = 8;
const ASKERS = 4;
/** What an ask may honestly meet while documents change. */
const EXPECTED = new Set(['not_cached', 'corpus_moving']);

const [seed = 0] = seeds(1);
for (const on of STORES) {
  test(`asks, warming and edits at once, on ${on}: nobody is served what was overtaken when they asked (PREHEAT_TEST_SEED=${seed})`, (t) =>
    race(t, on, () => null));
}

if (hasRedis() && STORES.includes('postgres')) {
  test(`the same on PostgreSQL with answers shared through Redis (PREHEAT_TEST_SEED=${seed})`, async (t) => {
    const redis = await startRedis({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' });
    after(() => redis.remove());
    const settings = { url: redis.url, prefix: 'races', now: Date.now, random: Math.random, sealing: null };
    await race(t, 'postgres', () => new RedisAnswerCache(settings));
  });
}

async function race(t: TestContext, on: StoreKind, shared: () => SharedAnswerCache | null): Promise<void> {
  const random = seeded(seed);
  const world = await EditedWorld.open(on);
  t.after(() => world.close());
  const documents = makeDocuments(random, DOCUMENTS);
  const questions = makeQuestions(random, QUESTIONS);
  await world.put(documents);
  world.generator.think = () => sleep(random() * 6);
  const processes = [await world.process(shared()), await world.process(shared())] as const;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const history = new History(random, documents);
  let isOver = false;
  const edit = async () => {
    for (let n = 0; n < EDITS; n += 1) await world.edit(history.next());
    isOver = true;
  };
  const press = async () => {
    while (!isOver) await pick(BUTTONS)(pick(processes), pick(questions));
  };
  await Promise.all([edit(), ...Array.from({ length: ASKERS }, press)]);
  for (const process of processes) for (const question of questions) await askAndCheck(process, question);
  assert.deepEqual(
    world.queue.logged.filter((line) => line.startsWith('error')),
    [],
  );
}

type Button = (process: EditedProcess, question: string) => Promise<void>;

const BUTTONS: readonly Button[] = [
  (process, question) => askAndCheck(process, question),
  (process, question) => askAndCheck(process, question),
  (process, question) => askAndCheck(process, question, 'only'),
  ({ warm }, question) => warm(question).catch(refuseUnexpected),
  async ({ answering, store, ask }, question) => {
    const { answer } = await ask(question);
    const found = await store.answers.find(answer.projectId, answer.id);
    if (found !== null)
      await isOvertaken(answering, found, AbortSignal.timeout(120_000)).catch(refuseUnexpected);
  },
];

/** Between two looks at the truth that are one version apart or none, an answer is what one of them says. */
async function askAndCheck(
  { ask, truth }: EditedProcess,
  question: string,
  cache: 'use' | 'only' = 'use',
): Promise<void> {
  try {
    const before = await truth(question);
    const asked = await ask(question, cache);
    const later = await truth(question);
    if (later.version > before.version + 1) return;
    assert.ok(
      [before.text, later.text].includes(asked.answer.text),
      `${question} (${asked.cache.status}, made at ${asked.answer.corpusVersion}, asked between ${before.version} and ${later.version})`,
    );
  } catch (error) {
    refuseUnexpected(error);
  }
}

function refuseUnexpected(error: unknown): void {
  if (!(error instanceof Fault && EXPECTED.has(error.code))) throw error;
}
