import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#domain/fault.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { Document } from '#domain/document.ts';
import type { DocumentStore } from '#ports/store/documents.ts';
import { checkDocuments, findFiltered } from './find-filtered.ts';

const TAGS: Readonly<Record<number, readonly string[]>> = { 1: ['hr'], 2: ['hr', 'it'], 3: ['it'], 4: [] };

/** Lists two documents a page. */
const documents: Pick<DocumentStore, 'find' | 'list'> = {
  find: async (_, id) => (id in TAGS ? ({ id } as Awaited<ReturnType<DocumentStore['find']>>) : null),
  list: async (_, { tag }, { cursor }) => {
    const all = Object.keys(TAGS)
      .map(Number)
      .filter((id) => tag === undefined || TAGS[id]?.includes(tag));
    const from = Number(cursor ?? 0);
    const items = all.slice(from, from + 2).map((id) => ({ id }) as Document);
    return { items, next: from + 2 < all.length ? String(from + 2) : null };
  },
};

async function idsOf(filter: Partial<PassageFilter>): Promise<number[]> {
  return [...(await findFiltered(documents, 1, { ...NO_FILTER, ...filter }))].sort((a, b) => a - b);
}

test('a filter lets documents in by id, by any of the tags, or by both at once', async () => {
  assert.deepEqual(await idsOf({ documents: [4, 1] }), [1, 4]);
  assert.deepEqual(await idsOf({ tags: ['hr'] }), [1, 2]);
  assert.deepEqual(await idsOf({ tags: ['hr', 'it'] }), [1, 2, 3]);
  assert.deepEqual(await idsOf({ documents: [1, 3, 4], tags: ['it'] }), [3]);
  assert.deepEqual(await idsOf({ tags: ['unheard'] }), []);
});

test('a document that is not there is an error for whoever looks', async () => {
  await checkDocuments(documents, 1, { documents: [1, 2], tags: [] });
  await assert.rejects(
    checkDocuments(documents, 1, { documents: [1, 9], tags: [] }),
    (error) => error instanceof Fault && error.kind === 'not_found',
  );
});
