import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableLog } from './readable-log.ts';
import { PLAIN } from './terminal.ts';

test('a line has time, level, event and fields; what is below the level is left out', () => {
  const lines: string[] = [];
  const log = readableLog('info', PLAIN, (line) => lines.push(line));
  log('debug', 'claimed', { items: 3 });
  log('info', 'listening', { host: '127.0.0.1', port: 7400, code: undefined });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d info {2}listening {2}host=127\.0\.0\.1 port=7400\n$/);
});
