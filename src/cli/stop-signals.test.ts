import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUntilStopped, onStop } from './stop-signals.ts';

test('a press that arrives twice, as under npm, counts once; a second press insists', () => {
  const heard: string[] = [];
  let now = 0;
  const forget = onStop(
    { first: (signal) => heard.push(`first ${signal}`), again: (signal) => heard.push(`again ${signal}`) },
    () => now,
  );
  process.emit('SIGINT');
  now = 30;
  process.emit('SIGINT');
  assert.deepEqual(heard, ['first SIGINT']);
  now = 2_000;
  process.emit('SIGTERM');
  assert.deepEqual(heard, ['first SIGINT', 'again SIGTERM']);
  forget();
  assert.equal(process.listenerCount('SIGINT'), 0);
});

test('looking on ends with the signal, and leaves the exit code shells expect', () => {
  using looking = lookUntilStopped();
  assert.equal(looking.signal.aborted, false);
  process.emit('SIGTERM');
  assert.equal(looking.signal.aborted, true);
  assert.equal(looking.exitCode(), 143);
});
