import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskPercent } from './disk-percent.ts';

test('the disk of a folder is somewhat full, and that of no folder is not', async () => {
  const percent = await diskPercent(import.meta.dirname);
  assert.ok(percent > 0 && percent <= 100, String(percent));
  assert.equal(await diskPercent('/nowhere/at/all'), 0);
});
