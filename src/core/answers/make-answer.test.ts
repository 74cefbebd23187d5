import { NO_FILTER } from '#domain/passage-filter.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_USAGE } from '#domain/answer.ts';
import type { Passage } from '#domain/document.ts';
import type { Generated } from '#ports/model.ts';
import { fingerprintOf, makeAnswer, NOT_FOUND_TEXT } from './make-answer.ts';

const PASSAGES: readonly Passage[] = [1, 2].map((id) => ({
  id,
  documentId: id,
  documentName: `${id}.md`,
  headings: [],
  page: null,
  paragraphs: [{ hash: `h${id}`, text: `Fact ${id} stands here.` }],
  tokens: 5,
  score: 1,
}));

function make(generated: Partial<Generated>, passages = PASSAGES) {
  const generator = {
    name: 'g',
    generate: async () => ({ found: true, text: '', quotes: [], usage: NO_USAGE, ...generated }),
  };
  const deps = {
    retrieve: async () => ({ corpusVersion: 3, epoch: 2, floor: 0.25, passages }),
    settings: { passages: 8, foundTtlMs: 100, notFoundTtlMs: 10 },
    now: () => 1_000,
  };
  const request = {
    projectId: 1,
    key: 'k',
    filter: NO_FILTER,
    question: 'Q?',
    keyId: null,
    generator,
    profile: 'p',
    retrieved: null,
  };
  return makeAnswer(deps, request, new AbortController().signal);
}

const quote = (passage: number, text: string) => ({ passage, paragraph: 0, text });

test('marks are numbered anew in the order of the text, and each has its citation', async () => {
  const answer = await make({
    text: 'B [2], then A [1]. B again [2].',
    quotes: [quote(0, 'Fact 1'), quote(1, 'Fact 2 stands')],
  });
  assert.equal(answer.text, 'B [1], then A [2]. B again [1].');
  assert.deepEqual(
    answer.citations.map(({ number, document, quote: text }) => [number, document, text]),
    [
      [1, '2.md', 'Fact 2 stands'],
      [2, '1.md', 'Fact 1'],
    ],
  );
  assert.deepEqual(
    answer.evidence.paragraphs.map((paragraph) => paragraph.supports),
    [true, true],
  );
});

test('a quote that does not stand in its paragraph is dropped with its marks, and so is a mark of nothing', async () => {
  const answer = await make({
    text: 'A [1]. Made up [2]. Nothing [9].',
    quotes: [quote(0, 'Fact 1'), quote(1, 'Fact 7')],
  });
  assert.equal(answer.text, 'A [1]. Made up. Nothing.');
  assert.equal(answer.citations.length, 1);
  assert.deepEqual(
    answer.evidence.paragraphs.map((paragraph) => paragraph.supports),
    [true, false],
  );
});

test('an answer keeps the epoch and the floor of its retrieval', async () => {
  const { evidence } = await make({ text: 'A [1].', quotes: [quote(0, 'Fact 1')] });
  assert.deepEqual([evidence.epoch, evidence.floor], [2, 0.25]);
});

test('only the paragraph that was quoted supports, not its like in another document', async () => {
  const [one, other] = PASSAGES as [Passage, Passage];
  const answer = await make({ text: 'A [1].', quotes: [quote(0, 'Fact 1')] }, [
    one,
    { ...other, paragraphs: one.paragraphs },
  ]);
  assert.deepEqual(
    answer.evidence.paragraphs.map((paragraph) => paragraph.supports),
    [true, false],
  );
});

test('an answer without any quote that stands is not found', async () => {
  const answer = await make({ text: 'Trust me [1].', quotes: [quote(0, 'invented')] });
  assert.deepEqual([answer.found, answer.text, answer.expiresAt], [false, NOT_FOUND_TEXT, 1_010]);
});

test('the fingerprint tells the order and the content of the passages, and the profile', () => {
  const prints = [PASSAGES, PASSAGES.toReversed(), PASSAGES.slice(1)].map((some) => fingerprintOf('p', some));
  assert.equal(new Set([...prints, fingerprintOf('q', PASSAGES)]).size, 4);
});
