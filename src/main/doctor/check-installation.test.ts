import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { checkInstallation, checkNode } from './check-installation.ts';
import { lockFolder } from '../lock-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'preheat-doctor-'));
after(() => rmSync(root, { recursive: true, force: true }));

function stateOf(folder: string, name: string): string | undefined {
  return checkInstallation({ PREHEAT_DATA: folder }).checks.find((check) => check.name === name)?.state;
}

test('a folder that is not there is not made by looking', () => {
  const folder = join(root, 'none', 'yet');
  assert.equal(stateOf(folder, 'Data folder'), 'ok');
  assert.equal(existsSync(join(root, 'none')), false);
});

test('a folder in use is seen, and looking does not take the lock away', () => {
  const folder = join(root, 'used');
  const lock = lockFolder(folder);
  assert.equal(checkInstallation({ PREHEAT_DATA: folder }).isServed, true);
  assert.throws(() => lockFolder(folder), { code: 'folder_in_use' });
  lock.release();
  assert.equal(checkInstallation({ PREHEAT_DATA: folder }).isServed, false);
  lockFolder(folder).release();
});

test('a store that is damaged is found, with what to do', () => {
  const folder = join(root, 'damaged');
  mkdirSync(folder);
  const db = new DatabaseSync(join(folder, 'preheat.db'));
  db.exec('create table t (a text); create index i on t (a); begin');
  for (let i = 0; i < 2_000; i += 1) db.exec(`insert into t values ('row number ${i}')`);
  db.exec('commit');
  db.close();
  assert.equal(stateOf(folder, 'Store'), 'ok');
  const bytes = Buffer.from(new Uint8Array(20_000).fill(0x5a));
  writeFileSync(join(folder, 'preheat.db'), bytes, { flag: 'r+' });
  const found = checkInstallation({ PREHEAT_DATA: folder }).checks.find(({ name }) => name === 'Store');
  assert.equal(found?.state, 'fail');
  assert.match(found?.remedy ?? '', /restore/);
});

test('a Node that is too old is named with the one that is needed', () => {
  assert.equal(checkNode('24.15.0').state, 'ok');
  assert.equal(checkNode('26.0.1').state, 'ok');
  const old = checkNode('24.14.9');
  assert.equal(old.state, 'fail');
  assert.match(old.remedy ?? '', /24\.15/);
});
