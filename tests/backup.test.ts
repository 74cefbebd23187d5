import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { appendFile, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from './support/program.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const QUESTION = 'How many days of leave are there in a year?';
const DOCUMENT = { name: 'leave.md', content: '# Leave\n\nThere are 25 days of leave in a year.\n' };

interface BackedUp {
  readonly rows: Readonly<Record<string, number>>;
  readonly files: number;
  readonly missing: readonly string[];
}

test(
  'a backup taken under writes is whole, and goes on elsewhere with everything that was accepted before it',
  { timeout: 240_000 },
  async () => {
    const [data, backups, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const to = join(backups.path, 'first');
    const backUp = (folder: string) => runProgram(['backup', folder, '--data', data.path, '--json']);
    const restore = (from: string, ...more: string[]) =>
      runProgram(['restore', from, '--data', other.path, ...more]);
    let server = await startServerProcess(data.path);
    try {
      const { client } = server;
      await client.batches.wait((await client.documents.upload([DOCUMENT])).id);
      assert.equal((await client.ask(QUESTION)).found, true);

      const accepted: string[] = [];
      let isStopping = false;
      const writing = (async () => {
        for (let at = 0; !isStopping; at += 1) {
          const items = Array.from({ length: 50 }, (_, of) => `What is said of number ${at}.${of}?`);
          accepted.push((await client.batches.submit({ workload: 'answers', items })).id);
        }
      })();
      while (accepted.length < 3) await new Promise((resolve) => setImmediate(resolve));
      const before = [...accepted];
      const { code, out, err } = await backUp(to);
      const during = accepted.length - before.length;
      isStopping = true;
      await writing;
      assert.equal(code, 0, out + err);
      const { rows, files, missing } = JSON.parse(out) as BackedUp;
      assert.ok(during > 0, 'nothing was written meanwhile');
      assert.deepEqual([files, missing], [1, []]);
      assert.ok((rows['batches'] as number) > before.length);

      assert.match((await backUp(to)).out, /target_not_empty/);
      const live = await runProgram(['restore', to, '--data', data.path, '--replace']);
      assert.equal(live.code, 2);
      assert.match(live.err, /Another Preheat server uses the data folder/);

      const restored = await restore(to);
      assert.equal(restored.code, 0, restored.err);
      assert.match((await restore(to)).err, /holds an installation already/);
      await server.stop('SIGKILL');
      server = await startServerProcess(other.path);
      const there = server.client;
      for (const id of before) {
        const batch = await there.batches.wait(id);
        assert.deepEqual([batch?.status, batch?.total, batch?.counts.completed], ['completed', 50, 50]);
      }
      const again = await there.ask(QUESTION);
      assert.deepEqual([again.cache.status, again.answer.includes('25 days')], ['hit', true]);
      const [document] = (await there.documents.list()).items;
      assert.equal(document?.name, 'leave.md');
      await server.stop();

      const replaced = await restore(to, '--replace');
      assert.equal(replaced.code, 0, replaced.err);
      const aside = readdirSync(other.path).filter((name) => name.startsWith('before-restore-'));
      assert.equal(aside.length, 1);
      assert.ok(existsSync(join(other.path, aside[0] as string, 'preheat.db')));
    } finally {
      await server.stop('SIGKILL');
      for (const folder of [data, backups, other]) folder.remove();
    }
  },
);

test('a backup that was damaged, or never finished, is refused, and nothing is put in place', async () => {
  const [data, backups, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  try {
    const server = await startServerProcess(data.path);
    await server.client.batches.wait((await server.client.documents.upload([DOCUMENT])).id);
    await server.stop();
    const whole = join(backups.path, 'whole');
    assert.equal((await runProgram(['backup', whole, '--data', data.path])).code, 0);
    const [blob] = readdirSync(join(whole, 'blobs'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /[0-9a-f]{64}$/.test(path),
    );
    const sums = await readFile(join(whole, 'SHA256SUMS'), 'utf8');
    const harms: readonly (readonly [string, RegExp, (folder: string) => Promise<void> | void])[] = [
      ['database', /preheat\.db is not what was backed up/, (at) => appendFile(join(at, 'preheat.db'), 'x')],
      [
        'file',
        /is not what was backed up/,
        (at) => writeFileSync(join(at, 'blobs', blob as string), 'other'),
      ],
      [
        'sums',
        /SHA256SUMS is not what was backed up/,
        (at) => writeFileSync(join(at, 'SHA256SUMS'), sums.replace('preheat.db', '../evil.db')),
      ],
      ['manifest', /can read/, (at) => writeFileSync(join(at, 'manifest.json'), '{"format": 9}')],
      ['nothing', /no finished backup/, (at) => writeFileSync(join(at, 'note.txt'), '')],
    ];
    for (const [name, expected, harm] of harms) {
      const harmed = join(backups.path, name);
      await cp(name === 'nothing' ? join(whole, 'blobs') : whole, harmed, { recursive: true });
      await harm(harmed);
      const { code, err } = await runProgram(['restore', harmed, '--data', other.path]);
      assert.equal(code, 2, name);
      assert.match(err, expected, name);
      assert.deepEqual(
        readdirSync(other.path).filter((each) => each !== 'server.lock'),
        [],
        name,
      );
    }
    const elsewhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const refused = await runProgram(['backup', join(backups.path, 'pg'), '--data', data.path], {
      environment: elsewhere,
    });
    assert.match(refused.err, /pg_dump/);
  } finally {
    for (const folder of [data, backups, other]) folder.remove();
  }
});
