import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '#domain/json.ts';
import { readEntry } from './read-entry.ts';

test('questions that differ in case, space and closing marks are the same', () => {
  const forms = ['When is payday?', '  when IS\npayday', { question: 'When is payday ?!', tag: 'x' }];
  const sameness = forms.map((form) => {
    const read = readEntry(form);
    return 'ok' in read ? read.ok.sameness : assert.fail(read.problem.message);
  });
  assert.equal(new Set(sameness).size, 1);
});

test('the other fields of an entry are kept, whatever they are called', () => {
  const entry = JSON.parse('{"question":" How? ","tag":["a"],"__proto__":{"x":1}}') as Json;
  const read = readEntry(entry);
  assert.equal(
    'ok' in read && JSON.stringify(read.ok.payload),
    '{"question":"How?","tag":["a"],"__proto__":{"x":1}}',
  );
});

test('what is no entry is a problem that says why', () => {
  const bad: readonly (readonly [Json, RegExp])[] = [
    [null, /question/],
    [7, /question/],
    [['How?'], /question/],
    [{}, /missing/],
    [{ question: 7 }, /not a text/],
    [{ question: '  ' }, /blank/],
    [{ question: '\u200b' }, /no words/],
    [{ question: '-----' }, /no words/],
    [{ question: 'How?', note: 'x'.repeat(9_000) }, /longer than 8 KiB/],
    ['x'.repeat(2_001), /at most 2000/],
  ];
  for (const [entry, why] of bad) {
    const read = readEntry(entry);
    assert.match('problem' in read ? read.problem.message : '', why);
  }
});
