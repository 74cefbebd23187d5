import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EmbedOptions } from '#ports/model.ts';
import { LexicalEmbedder } from './lexical-embedder.ts';

const embedder = new LexicalEmbedder();
const never = new AbortController().signal;

test('the same text has the same vector, alone or among others', async () => {
  const [alone] = await embedder.embed(['Holidays are booked in Sundial.'], never);
  const [, among] = await new LexicalEmbedder().embed(
    ['Other text', 'Holidays are booked in Sundial.'],
    never,
  );
  assert.deepEqual(alone, among);
});

test('every text with a word has a unit vector; a text without any has the zero vector', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 80 }), async (text) => {
      const length = await lengthOf(text);
      assert.ok(Math.abs(length - 1) < 1e-5 || length === 0);
      if (/[a-z]/.test(text)) assert.notEqual(length, 0);
    }),
  );
  assert.equal(await lengthOf('—…!'), 0);
});

test('a question counts the less, the less of it is known', async () => {
  const length = (question: string) => lengthOf(question, { purpose: 'question' });
  assert.ok(Math.abs((await length('How many days of holiday?')) - 1) < 1e-5);
  const half = await length('holiday qwxzy');
  assert.ok(Math.abs(half - 0.5) < 1e-5, String(half));
  const unknown = await length('Где стоят велосипеды?');
  assert.ok(unknown > 0 && unknown < 0.1, String(unknown));
});

test('a question is nearer to what answers it than to what does not', async () => {
  const question = 'How many days of holiday can I carry over?';
  const answer = 'You may carry over up to five unused days of holiday into the next leave year.';
  const others = [
    'The office in Leith has two parking spaces.',
    'Expenses are paid back within ten days.',
    'You may not.',
  ];
  const near = await similarity(question, answer);
  for (const other of others) assert.ok(near > (await similarity(question, other)), other);
});

test('inflected and misspelt words are near what was meant', async () => {
  assert.ok((await similarity('bookings', 'booked')) > 0.9);
  const misspelt = await similarity('accomodation', 'accommodation');
  for (const other of ['holiday', 'laptop', 'password']) {
    assert.ok(misspelt > 2 * Math.abs(await similarity('accomodation', other)), other);
  }
});

test('words of like meaning are near each other, though no letter says so', async () => {
  const pairs = [
    ['couch', 'sofa', 'ladder'],
    ['rubbish', 'trash', 'violin'],
    ['ill', 'sick', 'paint'],
    ['car', 'vehicle', 'soup'],
  ] as const;
  for (const [word, like, unlike] of pairs) {
    const near = await similarity(word, like);
    assert.ok(near > 0.4, `${word} and ${like}: ${near}`);
    assert.ok((await similarity(word, unlike)) < near / 2, `${word} and ${unlike}`);
  }
});

test('an aborted call embeds nothing', async () => {
  await assert.rejects(embedder.embed(['text'], AbortSignal.abort(new Error('stop'))), /stop/);
});

async function similarity(a: string, b: string): Promise<number> {
  const [x, y] = (await embedder.embed([a, b], never)) as [Float32Array, Float32Array];
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
}

async function lengthOf(text: string, options: EmbedOptions = {}): Promise<number> {
  const [vector] = await embedder.embed([text], never, options);
  return Math.sqrt((vector ?? new Float32Array()).reduce((sum, value) => sum + value * value, 0));
}
