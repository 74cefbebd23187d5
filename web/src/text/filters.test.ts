import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptToInWords } from './filters.ts';

test('what a question keeps to is told in a few words', () => {
  assert.equal(keptToInWords({ tags: ['hr', 'pay'] }), 'only from hr or pay');
  assert.equal(keptToInWords({ documents: ['doc_1'] }), 'only from 1 document');
  assert.equal(
    keptToInWords({ documents: ['doc_1', 'doc_2'], tags: ['hr'] }),
    'only from 2 documents, of those with hr',
  );
});
