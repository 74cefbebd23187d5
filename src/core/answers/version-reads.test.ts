import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VersionReads } from './version-reads.ts';

test('who asks before a read begins shares it; who asks after gets one of their own', async () => {
  let version = 1;
  let reads = 0;
  const projects = {
    versions: async () => {
      reads += 1;
      return { corpusVersion: version, settingsVersion: 0 };
    },
  };
  const begin: (() => void)[] = [];
  const versions = new VersionReads(projects, (run) => begin.push(run));
  const [first, second] = [versions.read(1), versions.read(1)];
  const other = versions.read(2);
  assert.equal(reads, 0);
  version = 2;
  for (const run of begin.splice(0)) run();
  version = 3;
  const late = versions.read(1);
  const read = await Promise.all([first, second, other]);
  assert.deepEqual(
    read.map(({ corpusVersion }) => corpusVersion),
    [2, 2, 2],
  );
  assert.equal(reads, 2);
  for (const run of begin.splice(0)) run();
  assert.equal((await late).corpusVersion, 3);
});
