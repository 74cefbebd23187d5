import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { blobsContract } from '#ports/blobs.contract.ts';
import { FolderBlobs } from './folder-blobs.ts';

blobsContract(async (t) => {
  const folder = temporaryFolder(t);
  return { blobs: await FolderBlobs.open(folder), count: async () => filesIn(folder).length };
});

test('what a dead process left half written is cleared away; what may still be written is not', async (t) => {
  const folder = temporaryFolder(t);
  await FolderBlobs.open(folder);
  const old = join(folder, 'incoming', 'old');
  writeFileSync(old, 'half');
  utimesSync(old, 1, 1);
  writeFileSync(join(folder, 'incoming', 'young'), 'half');
  await FolderBlobs.open(folder);
  assert.deepEqual(filesIn(folder), ['young']);
});

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-blobs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}
