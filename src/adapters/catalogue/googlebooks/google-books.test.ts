import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Upstream } from '#ports/upstream.ts';
import { GoogleBooks, isDrained } from './google-books.ts';

const CALL = {
  projectId: 1,
  signal: AbortSignal.timeout(120_000),
  isUrgent: false,
  spending: { calls: 0, saved: 0 },
};
const WANTED = { name: 'Neil Gaiman', keys: {}, titles: [], isbns: [], mostWorks: 100 };

interface Volume {
  readonly title: string;
  readonly authors?: readonly string[];
  readonly publishedDate?: string;
  readonly isbn?: string;
}

/** Answers in pages, with a number of results that changes from one to the next, as the real one does. */
function upstreamOf(pages: readonly (readonly Volume[])[]): Upstream & { readonly starts: string[] } {
  const starts: string[] = [];
  return {
    starts,
    closedUntil: () => 0,
    get(path) {
      const start = new URL(path, 'http://x').searchParams.get('startIndex') ?? '';
      starts.push(start);
      const volumes = pages[Number(start) / 40] ?? [];
      const items = volumes.map(({ isbn, ...info }, i) => ({
        id: `v${start}-${i}`,
        volumeInfo: {
          ...info,
          ...(isbn === undefined ? {} : { industryIdentifiers: [{ type: 'ISBN_13', identifier: isbn }] }),
        },
      }));
      const value = {
        kind: 'books#volumes',
        totalItems: 1_000 - starts.length,
        ...(items.length === 0 ? {} : { items }),
      };
      return Promise.resolve({ status: 200, value });
    },
  };
}

test('editions become works, and an empty page is the end, whatever the number says', async () => {
  const upstream = upstreamOf([
    [
      { title: 'Coraline', authors: ['Neil Gaiman'], publishedDate: '2002-07-02', isbn: '9780380977789' },
      { title: 'CORALINE', authors: ['Neil Gaiman'], publishedDate: '2012' },
      { title: 'Good Omens', authors: ['Terry Pratchett', 'Neil Gaiman', 'Some Body (Illustrator)'] },
      { title: 'About somebody else', authors: ['Nell Gamin'] },
      { title: 'Without authors' },
    ],
  ]);
  const found = await new GoogleBooks(upstream).worksOf(WANTED, CALL);
  assert.deepEqual(
    found?.works.map(({ title, editions, firstPublished, authors }) => [
      title,
      editions,
      firstPublished,
      authors.length,
    ]),
    [
      ['Coraline', 2, 2002, 1],
      ['Good Omens', 1, null, 2],
    ],
  );
  assert.deepEqual(upstream.starts, ['0', '40']);
});

test('no items at all are nobody, not an error', async () => {
  assert.equal(await new GoogleBooks(upstreamOf([])).worksOf(WANTED, CALL), null);
  assert.equal((await new GoogleBooks(upstreamOf([])).findIsbns(['9780380977789'], CALL)).size, 0);
});

test('a used-up quota is known in each of its forms', () => {
  const error = (reason: string): unknown => ({ error: { errors: [{ reason }] } });
  assert.ok(isDrained({ status: 403, value: error('dailyLimitExceeded') }));
  assert.ok(isDrained({ status: 400, value: { error: { status: 'RESOURCE_EXHAUSTED' } } }));
  assert.ok(!isDrained({ status: 400, value: error('invalidParameter') }));
  assert.ok(!isDrained({ status: 200, value: error('quotaExceeded') }));
});
