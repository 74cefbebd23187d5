import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { lockFolder } from './lock-folder.ts';

const MODULE = new URL('./lock-folder.ts', import.meta.url).href;

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-lock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const IN_USE = { code: 'folder_in_use', kind: 'conflict' };

test('a folder is one holder’s until it is released', (t) => {
  const folder = temporaryFolder(t);
  const lock = lockFolder(folder);
  assert.throws(() => lockFolder(folder), IN_USE);
  assert.throws(() => lockFolder(folder), /stop it, or give this one another PREHEAT_DATA/);
  lock.release();
  lockFolder(folder).release();
});

test('folders do not lock one another, and one that is missing is made', (t) => {
  const folder = temporaryFolder(t);
  const locks = ['a', join('b', 'c')].map((name) => lockFolder(join(folder, name)));
  for (const lock of locks) lock.release();
});

test('another process is kept out too, for as long as the holder lives and however it dies', async (t) => {
  const folder = temporaryFolder(t);
  const holder = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--input-type=module',
      '--eval',
      `import { lockFolder } from '${MODULE}';
       lockFolder(process.argv[1]);
       gc();
       process.stdout.write('held');
       setInterval(() => undefined, 1_000);`,
      folder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  assert.throws(() => lockFolder(folder), IN_USE);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockFolder(folder).release();
});

test('a folder that cannot be used at all is not said to be in use', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), 'no folder');
  mkdirSync(join(folder, 'taken', 'server.lock'), { recursive: true });
  writeFileSync(join(folder, 'server.lock'), 'no database'.repeat(200));
  for (const path of [join(folder, 'file'), join(folder, 'taken'), folder]) {
    assert.throws(() => lockFolder(path), { code: 'folder_unusable', message: /PREHEAT_DATA/ }, path);
  }
});
