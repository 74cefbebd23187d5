import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countOf, isInHeadings, isInName, packTerms, unpackTerms } from './chunk-terms.ts';
import type { ChunkTerms } from './chunk-terms.ts';
import { CorpusCounter, countChanged, isEpochDue, Rarity } from './corpus-statistics.ts';
import { hash32 } from './hash32.ts';
import { stem } from './words.ts';

function termsIn(text: string, headings: readonly string[] = [], documentName = 'a.md'): ChunkTerms {
  return unpackTerms(packTerms({ documentName, headings, text })) ?? assert.fail('of today’s form');
}

test('packed words say how often and where they stand', () => {
  const terms = termsIn('Badgers dig. A badger digs!', ['Digging otters'], 'otter-badgers.v2.md');
  const placeOf = (word: string) =>
    terms.places[terms.hashes.indexOf(hash32(stem(word)))] ?? assert.fail(word);
  assert.equal(countOf(placeOf('badger')), 2);
  assert.deepEqual([isInHeadings(placeOf('badger')), isInName(placeOf('badger'))], [false, true]);
  assert.deepEqual([countOf(placeOf('otter')), isInHeadings(placeOf('otter'))], [0, true]);
  assert.equal(terms.length, 6);
  assert.deepEqual(
    [...terms.hashes],
    [...terms.hashes].sort((a, b) => a - b),
  );
});

test('words that were packed in another form are not read', () => {
  const packed = packTerms({ documentName: 'a.md', headings: [], text: 'badger' });
  assert.equal(unpackTerms(packed.with(0, 255)), null);
  const shifted = new Uint8Array(packed.length + 1).subarray(1);
  shifted.set(packed);
  assert.deepEqual(unpackTerms(shifted), unpackTerms(packed));
});

test('a counted corpus tells how rare a word is', () => {
  const counter = new CorpusCounter();
  for (const text of ['badger otter', 'badger badger', 'badger toad', 'vole']) counter.add(termsIn(text));
  const frozen = counter.freeze(3, 14);
  assert.deepEqual(
    [frozen.epoch, frozen.corpusVersion, frozen.chunks, frozen.averageLength],
    [3, 14, 4, 7 / 4],
  );
  const rarity = new Rarity(frozen);
  assert.equal(rarity.of(hash32('badger')), Math.log(1 + 1.5 / 3.5));
  assert.equal(rarity.of(hash32('vole')), Math.log(1 + 3.5 / 1.5));
  assert.equal(rarity.of(hash32('unheard')), rarity.of(hash32('vole')));
});

test('counts are right for any number of words', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.nat(6_000), { maxLength: 300 }), { maxLength: 40 }), (chunks) => {
      const counter = new CorpusCounter();
      const holders = new Map<number, number>();
      for (const numbers of chunks) {
        const hashes = Uint32Array.from(numbers, (n) => hash32(String(n)));
        counter.add({ length: hashes.length, hashes, places: new Uint8Array(hashes.length) });
        for (const hash of hashes) holders.set(hash, (holders.get(hash) ?? 0) + 1);
      }
      const { frequencies } = counter.freeze(1, 1);
      const packed = new Uint32Array(frequencies.buffer);
      const size = packed.length / 2;
      const found = Array.from(packed.subarray(0, size), (hash, i) => [hash, packed[size + i]]);
      const expected = [...holders].filter(([, count]) => count > 1).sort(([a], [b]) => a - b);
      assert.deepEqual(found, expected);
    }),
    { numRuns: 30 },
  );
});

test('what differs between two versions is counted by content, wherever it stands', () => {
  assert.equal(countChanged(['a', 'b', 'c'], ['c', 'a', 'b']), 0);
  assert.equal(countChanged(['a', 'b'], ['a', 'x', 'b']), 1);
  assert.equal(countChanged(['a', 'b'], ['a', 'x']), 1);
  assert.equal(countChanged(['a', 'a'], ['a']), 1);
  assert.equal(countChanged([], ['a', 'b']), 2);
  assert.equal(countChanged(['a', 'b', 'c'], []), 3);
});

test('an epoch is due once a quarter of what was counted has changed', () => {
  assert.equal(isEpochDue(0, 0), false);
  assert.equal(isEpochDue(0, 1), true);
  assert.equal(isEpochDue(100, 24), false);
  assert.equal(isEpochDue(100, 25), true);
});
