import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterOf, filterText, letsIn, NO_FILTER, tidyFilter } from './passage-filter.ts';

test('filters that let the same in are the same text, and come back from it', () => {
  const one = tidyFilter({ documents: [7, 3, 7], tags: ['pay', ' hr ', 'pay'] });
  const other = tidyFilter({ documents: [3, 7], tags: ['hr', 'pay'] });
  assert.ok(one !== null && other !== null);
  assert.equal(filterText(one), filterText(other));
  assert.deepEqual(filterOf(filterText(one)), { documents: [3, 7], tags: ['hr', 'pay'] });
  assert.notEqual(filterText({ documents: [3], tags: [] }), filterText({ documents: [], tags: ['3'] }));
  assert.equal(filterText(NO_FILTER), '');
  assert.equal(filterOf(''), NO_FILTER);
});

test('a blank tag is no tag, and never "no limit"', () => {
  assert.equal(tidyFilter({ documents: [], tags: [' '] }), null);
  assert.equal(tidyFilter({ documents: [], tags: ['hr', ''] }), null);
  assert.equal(tidyFilter({ documents: Array.from({ length: 51 }, (_, i) => i), tags: [] }), null);
});

test('a filter lets in by document, by any of the tags, or by both at once', () => {
  assert.equal(letsIn(NO_FILTER, 1, []), true);
  assert.equal(letsIn({ documents: [1], tags: [] }, 1, []), true);
  assert.equal(letsIn({ documents: [1], tags: [] }, 2, ['hr']), false);
  assert.equal(letsIn({ documents: [], tags: ['hr', 'it'] }, 2, ['it']), true);
  assert.equal(letsIn({ documents: [], tags: ['hr'] }, 2, ['HR']), false);
  assert.equal(letsIn({ documents: [1], tags: ['hr'] }, 1, ['it']), false);
  assert.equal(letsIn({ documents: [1], tags: ['hr'] }, 1, ['hr']), true);
});
