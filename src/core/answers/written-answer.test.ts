import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Passage } from '#domain/document.ts';
import { WrittenAnswer } from './written-answer.ts';

const PASSAGES: readonly Passage[] = [
  passage(1, ['You get 26 days of holiday in a year. Unused days move into March.', 'Ask your lead first.']),
  passage(2, ['Holiday is asked for in the portal at https://portal.example/leave under Leave.']),
];

function passage(id: number, texts: readonly string[]): Passage {
  return {
    id,
    documentId: id,
    documentName: `${id}.md`,
    headings: [],
    page: null,
    paragraphs: texts.map((text) => ({ hash: text, text })),
    tokens: 5,
    score: 1,
  };
}

/** What the model writes, in pieces of a length; what was shown piece by piece must be what comes out in the end. */
function read(written: string, size = 3) {
  const answer = new WrittenAnswer(PASSAGES);
  let shown = '';
  for (let from = 0; from < written.length; from += size)
    shown += answer.push(written.slice(from, from + size));
  shown += answer.end();
  const result = answer.result();
  if (result.found) assert.equal(shown, result.text);
  return { ...result, shown };
}

const textOf = (written: string): string => read(written).text;

test('a mark becomes the number of a quote that stands word for word in its passage', () => {
  const { text, quotes } = read('Unused days may be taken until March [1]. You ask in the portal [2].');
  assert.equal(text, 'Unused days may be taken until March [1]. You ask in the portal [2].');
  assert.deepEqual(quotes, [
    { passage: 0, paragraph: 0, text: 'Unused days move into March.' },
    {
      passage: 1,
      paragraph: 0,
      text: 'Holiday is asked for in the portal at https://portal.example/leave under Leave.',
    },
  ]);
});

test('the same passage has a number for each sentence that it is cited for, and one for the same', () => {
  const { text, quotes } = read('26 days a year [1]. Unused days last until March [1]. 26 days [1].');
  assert.equal(text, '26 days a year [1]. Unused days last until March [2]. 26 days [1].');
  assert.equal(quotes.length, 2);
});

test('a number of no passage is dropped with the space before it; several in one bracket are taken apart', () => {
  assert.equal(textOf('26 days [7] a year [1].'), '26 days a year [1].');
  assert.equal(textOf('26 days of holiday [1, 2].'), '26 days of holiday [1][2].');
  assert.equal(textOf('26 days of holiday [passage 1]【2】.'), '26 days of holiday [1][2].');
  assert.equal(textOf('26 days. [0][1]'), '26 days. [1]');
});

test('links, images and tags lose their mark-up, and an address stays only where the documents have it', () => {
  assert.equal(
    textOf('See [the portal](https://evil.example/?q=x) for 26 days [1].'),
    'See the portal for 26 days [1].',
  );
  assert.equal(textOf('26 days [1]. ![pixel](https://evil.example/p.png?d=secret)'), '26 days [1]. pixel');
  assert.equal(textOf('[![a b](http://e.vil/x)](http://e.vil/y) 26 days [1].'), 'a b 26 days [1].');
  assert.equal(textOf('<img src="http://e.vil/x"> 26 <b>days</b> [1].'), '26 days [1].');
  assert.equal(textOf('26 days [1], at https://evil.example/a?b=c.'), '26 days [1], at (link removed).');
  assert.equal(
    textOf('Ask at https://portal.example/leave [2].'),
    'Ask at https://portal.example/leave [1].',
  );
  assert.equal(textOf('26 days [1](https://evil.example/).'), '26 days [1].');
  assert.equal(
    textOf('26 days [x][y] [1].\n[y]: https://e.vil/z'),
    '26 days [x][y] [1].\n[y] : (link removed)',
  );
  assert.equal(textOf('If a < b and c > d, 26 days [1].'), 'If a < b and c > d, 26 days [1].');
});

test('whatever is written, in whatever pieces, no link, image, tag or foreign address comes out', () => {
  const parts = fc.constantFrom(
    '[',
    ']',
    '(',
    ')',
    '!',
    '<',
    '>',
    ' ',
    '\n',
    'a',
    '[1]',
    '](',
    '![',
    ':',
    '"',
    'https://e.vil/',
    'www.e.vil',
    '<img src=x>',
    '26 days',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 25 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
      const { shown } = read(`26 days [1] ${pieces.join('')}`, size);
      assert.doesNotMatch(shown, /\]\(|\]:|<[a-z/!]|https?:\/\/|www\.e/i);
    }),
    { numRuns: 500 },
  );
});

test('NOT_FOUND is no answer, with ornament too, and nothing of it is shown', () => {
  for (const written of [
    'NOT_FOUND',
    '  NOT_FOUND.',
    '**NOT_FOUND**',
    '"NOT_FOUND"\nThe passages do not say.',
  ]) {
    assert.deepEqual(read(written), { found: false, text: '', quotes: [], shown: '' });
  }
});

test('what a model thinks aloud is not part of its answer', () => {
  assert.equal(
    textOf('<think>Let me see [2]. Hm.</think>\n\n26 days of holiday [1].'),
    '26 days of holiday [1].',
  );
  assert.equal(read('<think>It never ends').found, false);
});

test('an answer that cites nothing is cited where a passage says as much, and is none where no passage does', () => {
  assert.equal(textOf('You get 26 days of holiday in a year.'), 'You get 26 days of holiday in a year. [1]');
  assert.equal(read('The moon is made of cheese.').found, false);
});

test('white space at the end goes, lines inside stay', () => {
  assert.equal(
    textOf('- 26 days [1]\n- unused until March [1]\n\n'),
    '- 26 days [1]\n- unused until March [2]',
  );
});
