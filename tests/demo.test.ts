import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from './support/program.ts';
import { temporaryFolder } from './support/server.ts';

test('the demo does everything once, and finds it done the second time', async () => {
  const folder = temporaryFolder();
  const options = { folder: folder.path, environment: { CI: 'true', PREHEAT_PORT: '0' } };
  const first = await runProgram(['demo'], options);
  assert.equal(first.code, 0, first.out + first.err);
  assert.equal(first.err, '');
  assert.match(first.out, /✓ Indexed 14 of 14[^]*✓ Warmed 121 of 124; 3 repeated/);
  assert.match(first.out, /cold {2}.* m?s {2}━+\n +warm {2}.* m?s {2}━+\n/);
  assert.match(first.out, /\[1\] sickness\.md › [^]*The documents do not answer this question/);
  assert.match(first.out, /Admin page {2}http:\/\/127\.0\.0\.1:\d+\/\n/);
  assert.ok(existsSync(join(folder.path, 'data/demo/preheat.db')));
  const second = await runProgram(['demo', '--exit'], options);
  assert.equal(second.code, 0, second.out + second.err);
  assert.match(
    second.out,
    /All 14 documents are known from last time[^]*All 121 are still warm from last time/,
  );
  folder.remove();
});
