import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Block, Chunk } from '#domain/document.ts';
import { textOf } from '#domain/document.ts';
import { CHUNK_TOKENS, chunksOf, paragraphHash } from './chunk.ts';
import { loadTokenizer } from './count-tokens.ts';

const count = await loadTokenizer();
const sha256 = (content: string): string => hash('sha256', content);

function chunk(blocks: readonly Block[]): Chunk[] {
  return chunksOf(blocks, { count, sha256 });
}

test('a new heading begins a new chunk, which knows its path and page', () => {
  const chunks = chunk([
    heading(1, 'Office'),
    paragraph('Open from eight.', 1),
    heading(2, 'Parking'),
    paragraph('Two spaces.', 2),
    paragraph('Ask Ada.', 3),
    heading(2, 'Kitchen'),
    paragraph('Tea is free.', 3),
    heading(1, 'Travel'),
    paragraph('By train.', 4),
  ]);
  assert.deepEqual(
    chunks.map((each) => [each.headings.join(' / '), each.page, textOf(each)]),
    [
      ['Office', 1, 'Open from eight.'],
      ['Office / Parking', 2, 'Two spaces.\n\nAsk Ada.'],
      ['Office / Kitchen', 3, 'Tea is free.'],
      ['Travel', 4, 'By train.'],
    ],
  );
});

test('a heading with nothing under it is kept as text', () => {
  const chunks = chunk([heading(1, 'Top'), heading(2, 'Empty'), heading(2, 'Next'), heading(3, 'Last')]);
  assert.deepEqual(chunks.map(textOf), ['Empty', 'Last']);
});

test('a short last paragraph is repeated at the start of the next chunk, a long one is not', () => {
  const long = (seed: string): Block => paragraph(`${seed} word`.repeat(70));
  const short = paragraph('Short and sweet.');
  const carried = chunk([long('a'), long('b'), long('c'), short, long('d'), long('e'), long('f')]);
  assert.ok(carried.length > 1);
  const next = carried.find((each, i) => i > 0 && each.paragraphs[0]?.text === short.text);
  const before = carried[carried.indexOf(next as Chunk) - 1];
  if (next !== undefined) assert.equal(before?.paragraphs.at(-1)?.text, short.text);
  const plain = chunk([long('a'), long('b'), long('c'), long('d'), long('e')]);
  const all = plain.flatMap((each) => each.paragraphs.map(({ hash }) => hash));
  assert.equal(new Set(all).size, all.length);
});

test('a paragraph that is too long becomes windows that end at sentences and overlap', () => {
  const sentences = Array.from({ length: 120 }, (_, i) => `Sentence ${i} says a thing or two about badgers.`);
  const chunks = chunk([paragraph(sentences.join(' '))]);
  assert.ok(chunks.length > 2);
  for (const each of chunks) assert.match(textOf(each), /^Sentence \d+ .*badgers\.$/s);
  for (const [i, each] of chunks.slice(1).entries()) {
    const first = /Sentence \d+ /.exec(textOf(each))?.[0] ?? '';
    assert.ok(textOf(chunks[i] as Chunk).includes(first), first);
  }
});

test('a window never ends inside a sentence that fits into a chunk, however long the sentence is', () => {
  const clause = 'which the badgers, who had dug since the morning, thought of as their own for a long time';
  const sentences = Array.from(
    { length: 40 },
    (_, i) => `Sentence ${i} is about a sett ${`${clause}, and `.repeat(4 + (i % 9))}that is that.`,
  );
  const chunks = chunk([paragraph(sentences.join(' '))]);
  assert.ok(chunks.length > 5);
  for (const each of chunks) assert.match(textOf(each), /^Sentence \d+ .*that is that\.$/s);
});

test('one endless word is cut, and quickly', () => {
  const chunks = chunk([paragraph('a'.repeat(200_000)), paragraph('😀'.repeat(5_000))]);
  assert.ok(chunks.every((each) => each.tokens <= CHUNK_TOKENS));
  assert.ok(chunks.every((each) => textOf(each).isWellFormed()));
});

test('names of special tokens are text like any other', () => {
  assert.equal(chunk([paragraph('Say <|endoftext|> twice.')]).length, 1);
});

test('the same text has the same hash, whatever its white space', () => {
  assert.equal(paragraphHash(' a\n b\tc ', sha256), paragraphHash('a b c', sha256));
  assert.notEqual(paragraphHash('a b c', sha256), paragraphHash('ab c', sha256));
  assert.match(paragraphHash('a', sha256), /^[0-9a-f]{16}$/);
});

const words = fc.array(
  fc.constantFrom('badger', 'otter', '漢字', 'a.b', '1,500', 'Ünïcode', 'end.', '…', '\n'),
  {
    minLength: 1,
    maxLength: 900,
  },
);
const text = words.map((list) => list.join(' ').trim() || 'x');
const blocks = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc
        .record({ level: fc.integer({ min: 1, max: 6 }), text: fc.constantFrom('One', 'Two') })
        .map(({ level, text: title }) => heading(level, title)),
    },
    { weight: 4, arbitrary: text.map((each) => paragraph(each)) },
  ),
  { maxLength: 25 },
);

test('no text is lost, and none is changed but for white space', () => {
  fc.assert(
    fc.property(blocks, (document) => {
      const found = chunk(document).map((each) => plain(textOf(each)));
      for (const block of document.filter((each) => each.kind === 'paragraph'))
        assertCovered(plain(block.text), found);
    }),
    { numRuns: 60 },
  );
});

test('no chunk is larger than the limit, and none is empty', () => {
  fc.assert(
    fc.property(blocks, (document) => {
      for (const each of chunk(document)) {
        assert.ok(each.tokens <= CHUNK_TOKENS, `${each.tokens} tokens`);
        // Pieces are counted one by one; joined they may count a little more or less.
        assert.ok(count(textOf(each)) <= CHUNK_TOKENS * 1.1 + 10);
        assert.ok(each.paragraphs.length > 0 && each.paragraphs.every((one) => one.text.trim() !== ''));
      }
    }),
    { numRuns: 60 },
  );
});

test('an edit changes the chunks of its own section and no other', () => {
  const section = fc.array(text, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(section, { minLength: 2, maxLength: 6 }), fc.nat(), fc.nat(), (sections, s, p) => {
      const edited = sections.map((paragraphs, i) =>
        i === s % sections.length ? paragraphs.with(p % paragraphs.length, 'something else') : paragraphs,
      );
      const [before, after] = [chunk(toBlocks(sections)), chunk(toBlocks(edited))];
      const untouched = (chunks: readonly Chunk[]): Chunk[] =>
        chunks.filter((each) => each.headings[0] !== `Section ${s % sections.length}`);
      assert.deepEqual(untouched(after), untouched(before));
    }),
    { numRuns: 40 },
  );
});

test('in one long section, the chunks far behind an insertion stay as they were', () => {
  const paragraphs = Array.from({ length: 300 }, (_, i) =>
    paragraph(`Paragraph ${i} tells of badgers. `.repeat(6).trim()),
  );
  const before = chunk(paragraphs);
  const after = chunk([paragraph('A new beginning, of some length. '.repeat(9).trim()), ...paragraphs]);
  const known = new Set(before.map(textOf));
  const fresh = after.filter((each) => !known.has(textOf(each)));
  assert.ok(fresh.length <= after.length / 4, `${fresh.length} of ${after.length} chunks are new`);
});

function heading(level: number, title: string): Block {
  return { kind: 'heading', level, text: title };
}

function paragraph(content: string, page?: number): Block {
  return page === undefined
    ? { kind: 'paragraph', text: content }
    : { kind: 'paragraph', text: content, page };
}

function toBlocks(sections: readonly (readonly string[])[]): Block[] {
  return sections.flatMap((paragraphs, i) => [
    heading(1, `Section ${i}`),
    ...paragraphs.map((each) => paragraph(each)),
  ]);
}

/** Every stretch of the text stands in some chunk: windows may cut it, with overlap. */
function assertCovered(content: string, chunks: readonly string[]): void {
  const stretch = 20;
  for (let at = 0; at + stretch <= content.length; at += stretch) {
    const wanted = content.slice(at, at + stretch);
    const isThere = chunks.some((each) => each.includes(wanted)) || isCutInside(wanted, chunks);
    assert.ok(isThere, `lost: ${wanted}`);
  }
  if (content.length < stretch) assert.ok(chunks.some((each) => each.includes(content)));
}

function isCutInside(wanted: string, chunks: readonly string[]): boolean {
  return Array.from({ length: wanted.length }, (_, at) => at).some(
    (at) =>
      chunks.some((each) => each.endsWith(wanted.slice(0, at))) &&
      chunks.some((each) => each.includes(wanted.slice(at))),
  );
}

function plain(content: string): string {
  return content.replace(/\s+/g, '');
}
