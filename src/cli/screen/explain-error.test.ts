import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PreheatError } from '#sdk/error.ts';
import { readConfig } from '#main/config.ts';
import { errorAsJson, explainError } from './explain-error.ts';
import { invocation } from '../invocation.ts';
import { Refusal } from '../refusal.ts';
import { PLAIN } from './terminal.ts';

test('lines that were refused are listed with their numbers, and with the way out', () => {
  const problems = [
    { line: 4, field: 'question', message: 'It is too long.' },
    { line: 1_112, field: 'question', message: 'It is\u001b[2J blank.' },
  ];
  const error = new PreheatError({
    status: 400,
    code: 'invalid_items',
    detail: 'Nothing was queued: …',
    problems,
  });
  assert.equal(
    explainError(error, PLAIN),
    `
✗ Nothing was queued: some entries cannot be used.

    line 4     It is too long.
    line 1112  It is [2J blank.

  Correct them, or leave them out with --on-invalid skip.

`,
  );
  assert.deepEqual(errorAsJson(error), {
    event: 'error',
    code: 'invalid_items',
    message: 'Nothing was queued: some entries cannot be used.',
    problems,
  });
});

test('a server that is not there comes with the command that starts one', () => {
  const error = new PreheatError({ status: 0, code: 'unreachable', detail: 'No answer from http://x.' });
  const begins = `\n✗ No answer from http://x.\n\n  Start one with:  ${invocation()} serve\n`;
  assert.equal(explainError(error, PLAIN).slice(0, begins.length), begins);
});

test('every setting that cannot be used is named, without a stack', () => {
  let thrown: unknown;
  try {
    readConfig({ PREHEAT_PORT: 'x', PREHEAT_LOG_LEVEL: 'loud' });
  } catch (error) {
    thrown = error;
  }
  const text = explainError(thrown, PLAIN);
  assert.match(text, /PREHEAT_PORT must be[^]*PREHEAT_LOG_LEVEL must be/);
  assert.doesNotMatch(text, /at /);
});

test('what the message says already is not said twice', () => {
  const problems = [{ field: 'question', message: 'It is empty.' }];
  const detail = 'The body is not right. question: It is empty.';
  const error = new PreheatError({ status: 400, code: 'invalid_input', detail, problems });
  assert.equal(explainError(error, PLAIN), `\n✗ ${detail}\n\n`);
});

test('an error of the caller has no stack, one that nobody foresaw has', () => {
  assert.equal(explainError(new Refusal('There is no file x.'), PLAIN), '\n✗ There is no file x.\n\n');
  assert.match(
    explainError(new TypeError('x is undefined'), PLAIN),
    /should not have\.\n {2}TypeError[^]* at /,
  );
});
