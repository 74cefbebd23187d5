import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '#domain/answer.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { AnswerCache, SharedAnswerCache } from './cache.ts';

/** An answer of the given project and key, whose text tells it from others. */
export function cachedAnswer(projectId: number, key: string, text = 'text'): Answer {
  return {
    id: 1,
    projectId,
    key,
    filter: NO_FILTER,
    question: key,
    found: true,
    text,
    citations: [],
    evidence: { paragraphs: [], fingerprint: 'f', epoch: 1, floor: 0.5 },
    usage: { inputTokens: 0, outputTokens: 0, costMicros: null },
    profile: 'p',
    generator: 'g',
    corpusVersion: 1,
    createdAt: 0,
    expiresAt: 1,
    tookMs: 1,
    hits: 0,
    lastHitAt: null,
    version: 1,
    changedAt: 0,
  };
}

/** What every first tier must do; it may forget, but never mix things up. */
export function answerCacheContract(open: () => AnswerCache): void {
  test('what was set is what is got', () => {
    const cache = open();
    cache.set(cachedAnswer(1, 'a'));
    assert.equal(cache.get(1, 'a')?.text, 'text');
    cache.set(cachedAnswer(1, 'a', 'newer'));
    assert.equal(cache.get(1, 'a')?.text, 'newer');
  });

  test("another project's answer is not there", () => {
    const cache = open();
    cache.set(cachedAnswer(1, 'a'));
    cache.set(cachedAnswer(11, 'b'));
    assert.equal(cache.get(2, 'a'), undefined);
    assert.equal(cache.get(1, '1:b'), undefined);
    cache.clear(1);
    assert.equal(cache.get(1, 'a'), undefined);
    assert.equal(cache.get(11, 'b')?.projectId, 11);
  });

  test('a deleted answer is gone, and the others stay', () => {
    const cache = open();
    cache.set(cachedAnswer(1, 'a'));
    cache.set(cachedAnswer(1, 'b'));
    cache.delete(1, 'a');
    assert.equal(cache.get(1, 'a'), undefined);
    assert.equal(cache.get(1, 'b')?.key, 'b');
  });

  test('a cleared project can be filled again', () => {
    const cache = open();
    cache.set(cachedAnswer(1, 'a'));
    cache.clear(1);
    cache.set(cachedAnswer(1, 'a', 'again'));
    assert.equal(cache.get(1, 'a')?.text, 'again');
  });
}

/** What every second tier must do; `open` gives another process's way to the same one. */
export function sharedAnswerCacheContract(open: () => Promise<SharedAnswerCache>): void {
  const long = { expiresAt: Date.now() + 3_600_000 };
  const entry = (projectId: number, key: string, changes: Partial<Answer> = {}, cacheVersion = 0) => ({
    answer: { ...cachedAnswer(projectId, key), ...long, ...changes },
    cacheVersion,
  });

  test('what one process keeps another finds, with its versions', async () => {
    const [here, there] = [await open(), await open()];
    const kept = entry(1, 'kept', { text: 'é'.repeat(5_000), corpusVersion: 7 }, 3);
    await here.keep(kept, null);
    assert.deepEqual(await there.find(1, 'kept'), kept);
    assert.equal(await there.find(2, 'kept'), null);
    assert.equal(await there.find(1, 'other'), null);
  });

  test('an older answer does not take the place of a newer one, whichever comes last', async () => {
    const cache = await open();
    const text = async () => (await cache.find(1, 'order'))?.answer.text;
    await cache.keep(entry(1, 'order', { createdAt: 20, corpusVersion: 2, text: 'second' }), null);
    await cache.keep(entry(1, 'order', { createdAt: 10, corpusVersion: 9, text: 'first' }), null);
    assert.equal(await text(), 'second');
    await cache.keep(entry(1, 'order', { createdAt: 20, corpusVersion: 1, text: 'looked at before' }), null);
    assert.equal(await text(), 'second');
    await cache.keep(entry(1, 'order', { createdAt: 20, corpusVersion: 3, text: 'looked at since' }), null);
    assert.equal(await text(), 'looked at since');
  });

  test('once an answer is superseded, nothing older is found or kept', async () => {
    const cache = await open();
    await cache.keep(entry(1, 'old', { createdAt: 10 }), null);
    await cache.supersede(1, 'old', 20);
    assert.equal(await cache.find(1, 'old'), null);
    await cache.keep(entry(1, 'old', { createdAt: 19 }), null);
    assert.equal(await cache.find(1, 'old'), null);
    await cache.keep(entry(1, 'old', { createdAt: 20, text: 'new' }), null);
    await cache.supersede(1, 'old', 20);
    assert.equal((await cache.find(1, 'old'))?.answer.text, 'new');
  });

  test('what has expired is not kept', async () => {
    const cache = await open();
    await cache.keep(entry(1, 'expired', { expiresAt: Date.now() - 1 }), null);
    assert.equal(await cache.find(1, 'expired'), null);
  });

  test('of a project that may keep so much, what would end first goes; nobody else notices', async () => {
    const [here, there] = [await open(), await open()];
    const at = (hours: number) => ({ expiresAt: Date.now() + hours * 3_600_000, text: '' });
    await here.keep(entry(7, 'of another', at(1)), null);
    await here.keep(entry(8, 'first', at(9)), 1e6);
    const size = (await there.bytesOf(8)) ?? 0;
    assert.ok(size > 100, `${size} bytes`);
    // The lengths differ by a few characters.
    const most = Math.round(3.5 * size);
    for (const [key, hours] of [
      ['soon', 2],
      ['later', 9],
      ['latest', 12],
    ] as const)
      await (hours === 9 ? there : here).keep(entry(8, key, at(hours)), most);
    assert.equal(await here.find(8, 'soon'), null);
    for (const key of ['first', 'later', 'latest']) assert.equal((await here.find(8, key))?.answer.key, key);
    await here.keep(entry(8, 'latest', { ...at(12), createdAt: 1 }), most);
    assert.ok(((await here.bytesOf(8)) ?? 0) <= most, 'what is replaced counts once');
    assert.ok(await there.find(8, 'first'));
    await here.keep(entry(8, 'too large', { ...at(20), question: randomText(most) }), most);
    assert.equal(await here.find(8, 'too large'), null);
    assert.ok(await there.find(8, 'first'), 'and pushes nothing out');
    await here.supersede(8, 'later', 20);
    await there.keep(entry(8, 'small', at(9)), most);
    assert.ok(await there.find(8, 'first'), 'what was superseded has made room');
    await here.clear(8);
    assert.equal(await there.bytesOf(8), null);
    assert.ok(await there.find(7, 'of another'));
    assert.equal(await there.bytesOf(7), null);
  });
}

/** That no compression makes much shorter. */
function randomText(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
}
