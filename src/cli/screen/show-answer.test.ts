import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Citation } from '#sdk/wire/answers.ts';
import { answerLines, freshnessLines } from './show-answer.ts';
import { PLAIN } from './terminal.ts';

function citation(number: number, quote: string, others: Partial<Citation> = {}): Citation {
  return {
    number,
    documentId: 'doc_1',
    document: 'sickness.md',
    chunkId: 'chk_1',
    headings: ['Sickness', 'Reporting'],
    page: null,
    quote,
    paragraph: 'p',
    ...others,
  };
}

test('sources are numbered, a place is said once, and a page is named', () => {
  const citations = [
    citation(1, 'Ring by 09:30.'),
    citation(2, 'Please ring.'),
    citation(3, 'Keep receipts.', { document: 'travel.pdf', headings: [], page: 2 }),
  ];
  assert.deepEqual(answerLines({ answer: 'Ring by 09:30. [1] Please ring. [2]', citations }, 80, PLAIN), [
    '  Ring by 09:30. [1] Please ring. [2]',
    '',
    '  [1] sickness.md › Sickness › Reporting',
    '      “Ring by 09:30.”',
    '  [2] “Please ring.”',
    '  [3] travel.pdf › page 2',
    '      “Keep receipts.”',
  ]);
});

test('a mark stays on the line of the word before it, and paragraphs keep their lines', () => {
  const lines = answerLines({ answer: 'one two three [1]\n\nfour\u001b[2J', citations: [] }, 20, PLAIN);
  assert.deepEqual(lines, ['  one two', '  three [1]', '  ', '  four [2J']);
});

const BUILT_IN = {
  fallback: null,
  generator: 'extractive-4',
  usage: { inputTokens: 0, outputTokens: 0, cost: null },
};

test('where an answer came from is broken between its parts, and only where the terminal is narrow', () => {
  const cache = { status: 'hit' as const, ageSeconds: 0, expiresAt: '2100-12-03T08:00:00.000Z' };
  const shown = (width: number): string[] =>
    freshnessLines({ cache, tookMs: 39, found: true, ...BUILT_IN }, 1, { width, paint: PLAIN });
  assert.equal(shown(120).length, 1);
  assert.deepEqual(shown(60), [
    '  from the cache, made just now in 39 ms ·',
    '  kept until December 3 · answered in 1.0 ms',
  ]);
});

test('what a model took is told with its name, and that something else stood in for it', () => {
  const cache = { status: 'miss' as const, ageSeconds: 0, expiresAt: '2100-12-03T08:00:00.000Z' };
  const usage = { inputTokens: 1_200, outputTokens: 34, cost: 0.000_251_4 };
  const line = (changes: object): string =>
    freshnessLines({ cache, tookMs: 39, found: true, ...BUILT_IN, ...changes }, 1, {
      width: 200,
      paint: PLAIN,
    }).join();
  assert.match(line({ usage, generator: 'openai:small' }), /· openai:small: 1,200 \+ 34 tokens, 0\.00025$/);
  assert.match(line({ fallback: 'extractive' }), /quoted, since the generator is down · made just now/);
  assert.match(line({ cache: { ...cache, status: 'stale' } }), /out of date: it is made again/);
  const stale = { why: 'documents', because: 'model' };
  assert.match(
    line({ cache: { ...cache, status: 'stale', stale } }),
    /though the documents have changed: a model is down/,
  );
});
