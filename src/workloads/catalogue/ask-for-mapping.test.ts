import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProposal } from './ask-for-mapping.ts';

const COLUMNS = ['Nr', 'Was', 'Von wem', 'Sterne', 'Sterne'];

test('a proposal names columns by number, and only those that are there', () => {
  const written = 'Sure:\n```json\n{"title": 2, "author": 3, "isbn": 9, "rating": 4, "reads": null}\n```';
  assert.deepEqual(readProposal(written, COLUMNS), { title: 'Was', author: 'Von wem', rating: 4 });
});

test('what is no proposal is none', () => {
  for (const written of [
    '',
    'The author is in column 3.',
    '{"title": 2}',
    '{"title": 3, "author": 3}',
    '{"author": "Von wem"}',
    '{"author": 3',
  ])
    assert.equal(readProposal(written, COLUMNS), null, written);
});
