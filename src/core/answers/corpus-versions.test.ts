import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CorpusVersions } from './corpus-versions.ts';

test('who asks before a read begins shares it; who asks after gets one of their own', async () => {
  let version = 1;
  let reads = 0;
  const projects = {
    corpusVersion: async () => {
      reads += 1;
      return version;
    },
  };
  const begin: (() => void)[] = [];
  const versions = new CorpusVersions(projects, (run) => begin.push(run));
  const [first, second] = [versions.read(1), versions.read(1)];
  const other = versions.read(2);
  assert.equal(reads, 0);
  version = 2;
  for (const run of begin.splice(0)) run();
  version = 3;
  const late = versions.read(1);
  assert.deepEqual(await Promise.all([first, second, other]), [2, 2, 2]);
  assert.equal(reads, 2);
  for (const run of begin.splice(0)) run();
  assert.equal(await late, 3);
});
