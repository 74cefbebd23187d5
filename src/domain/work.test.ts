import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeWorks } from './work.ts';
import type { Work } from './work.ts';

function work(changes: Partial<Work>): Work {
  return {
    title: 'Dune',
    subtitle: null,
    authors: [{ name: 'Frank Herbert', keys: {} }],
    firstPublished: null,
    editions: 1,
    isbns: [],
    coverUrl: null,
    language: null,
    subjects: [],
    keys: {},
    ...changes,
  };
}

test('the same book under two keys is one work, with what both know', () => {
  const merged = mergeWorks([
    work({
      title: 'DUNE',
      editions: 2,
      isbns: ['9780141026169'],
      firstPublished: 1966,
      keys: { openlibrary: 'OL2W' },
    }),
    work({ editions: 90, firstPublished: 1965, coverUrl: 'c', keys: { openlibrary: 'OL1W' } }),
  ]);
  assert.equal(merged.length, 1);
  const { title, firstPublished, isbns, coverUrl, keys, editions } = merged[0] as Work;
  assert.deepEqual(
    [title, firstPublished, isbns, coverUrl, keys, editions],
    ['Dune', 1965, ['9780141026169'], 'c', { openlibrary: 'OL1W' }, 92],
  );
});

test('a shared ISBN makes one work of two titles', () => {
  const isbns = ['9780141026169'];
  assert.equal(mergeWorks([work({ isbns }), work({ title: 'Der Wüstenplanet', isbns })]).length, 1);
});

test('works of one title by others stay apart', () => {
  assert.equal(
    mergeWorks([
      work({ title: 'Selected poems' }),
      work({ title: 'Selected poems', authors: [{ name: 'W. B. Yeats', keys: {} }] }),
    ]).length,
    2,
  );
});
