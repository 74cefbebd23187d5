import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf, typeOf } from './documents.ts';

test('a document is told by its type, its size and its pages', () => {
  assert.deepEqual(partsOf({ mediaType: 'application/pdf', bytes: 11_200, pages: 3 }), [
    'PDF',
    '11 kB',
    '3 pages',
  ]);
  assert.deepEqual(partsOf({ mediaType: 'text/markdown', bytes: 900, pages: null }), ['Markdown', '900 B']);
});

test('parameters of a media type do not matter, and unknown types are shown as they are', () => {
  assert.equal(typeOf('text/html; charset=utf-8'), 'HTML');
  assert.equal(typeOf('application/zip'), 'application/zip');
});
