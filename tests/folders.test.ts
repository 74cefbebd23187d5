import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '#clients/free-port.ts';
import type { Ran } from './support/program.ts';
import { runProgram } from './support/program.ts';
import type { ServerProcess } from './support/server.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const data = temporaryFolder();
const files = temporaryFolder();
let server: ServerProcess;

before(async () => {
  // It is stopped and comes back under the same address.
  server = await startServerProcess(data.path, { PREHEAT_PORT: String(await freePort()) });
});

after(async () => {
  await server.stop();
  data.remove();
  files.remove();
});

/** Whole at once: whoever watches the folder must not find it half written. */
function write(name: string, content: string): void {
  mkdirSync(join(files.path, name, '..'), { recursive: true });
  const unfinished = join(files.path, 'unfinished');
  writeFileSync(unfinished, content);
  renameSync(unfinished, join(files.path, name));
}

function sync(...words: readonly string[]): Promise<Ran> {
  const environment = { PREHEAT_URL: server.url };
  return runProgram(['ingest', '--sync', ...words, '--json'], { environment, folder: files.path });
}

function lastOf({ out }: Ran): Record<string, unknown> {
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

async function names(): Promise<readonly string[]> {
  const { items } = await server.client.documents.list({ limit: 100 });
  return items.map(({ name }) => name).sort();
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const NONE = { event: 'synced', sent: 0, failed: 0, deleted: 0, gone: 0, duplicates: 0, unchanged: 0 };

test('only what is new or changed is sent, below the prefix', async () => {
  write('hr/leave.md', 'Everybody has 30 days of leave.\n');
  write('hr/pay/day.md', 'Salaries are paid on the 26th.\n');
  write('hr/copy.md', 'Salaries are paid on the 26th.\n');
  const first = await sync('hr', '--prefix', 'hr');
  assert.equal(first.code, 0, first.err + first.out);
  assert.deepEqual(lastOf(first), { ...NONE, sent: 2, duplicates: 1 });
  assert.deepEqual(await names(), ['hr/copy.md', 'hr/leave.md']);
  write('hr/leave.md', 'Everybody has 31 days of leave.\n');
  assert.deepEqual(lastOf(await sync('hr', '--prefix', 'hr')), {
    ...NONE,
    sent: 1,
    duplicates: 1,
    unchanged: 1,
  });
  assert.deepEqual(lastOf(await sync('hr', '--prefix', 'hr')), { ...NONE, duplicates: 1, unchanged: 2 });
});

test('a document whose file is gone stays until deleting is asked for, and other folders are left alone', async () => {
  write('it/vpn.md', 'The VPN needs a token.\n');
  write('it/mail.md', 'Mail is kept for a year.\n');
  await sync('it', '--prefix', 'it');
  rmSync(join(files.path, 'it/mail.md'));
  assert.deepEqual(lastOf(await sync('it', '--prefix', 'it')), { ...NONE, gone: 1, unchanged: 1 });
  assert.deepEqual(lastOf(await sync('it', '--prefix', 'it/', '--delete')), {
    ...NONE,
    deleted: 1,
    unchanged: 1,
  });
  assert.deepEqual(await names(), ['hr/copy.md', 'hr/leave.md', 'it/vpn.md']);
});

test('a file that was renamed has its new name, and its content once', async () => {
  renameSync(join(files.path, 'it/vpn.md'), join(files.path, 'it/remote.md'));
  assert.deepEqual(lastOf(await sync('it', '--prefix', 'it', '--delete')), { ...NONE, sent: 1, deleted: 1 });
  assert.deepEqual(await names(), ['hr/copy.md', 'hr/leave.md', 'it/remote.md']);
});

test('a folder that is empty, or away, deletes nothing, nor does one that did not say what it answers for', async () => {
  mkdirSync(join(files.path, 'empty'));
  for (const words of [
    ['empty', '--prefix', 'hr', '--delete'],
    ['nowhere', '--prefix', 'hr', '--delete'],
    ['hr', '--delete'],
  ]) {
    assert.equal((await sync(...words)).code, 2, words.join(' '));
  }
  assert.equal((await names()).length, 3);
  await assert.rejects(server.client.documents.sync({ prefix: 'hr', files: [], delete: true }), {
    code: 'empty_manifest',
  });
  await assert.rejects(server.client.documents.sync({ files: [], delete: true }), { code: 'invalid_input' });
});

test('a plan says what to send and why; mistakes are told by their place', async () => {
  const { documents } = server.client;
  const plan = await documents.sync({
    prefix: 'hr',
    files: [
      { name: 'leave.md', sha256: hashOf('other') },
      { name: 'new.md', sha256: hashOf('new') },
      { name: 'twin.md', sha256: hashOf('new').toUpperCase() },
      { name: 'vpn.md', sha256: hashOf('The VPN needs a token.\n') },
    ],
  });
  assert.deepEqual(plan.send, [
    { name: 'new.md', document: 'hr/new.md', why: 'missing' },
    { name: 'leave.md', document: 'hr/leave.md', why: 'changed' },
  ]);
  assert.deepEqual(plan.duplicates, [
    { name: 'twin.md', document: 'hr/twin.md', sameAs: 'hr/new.md' },
    { name: 'vpn.md', document: 'hr/vpn.md', sameAs: 'it/remote.md' },
  ]);
  assert.deepEqual(
    plan.gone.map(({ document }) => document),
    ['hr/copy.md'],
  );
  const twice = [
    { name: 'é.md', sha256: hashOf('1') },
    { name: 'e\u0301.md', sha256: hashOf('2') },
  ];
  await assert.rejects(documents.sync({ files: twice }), {
    code: 'bad_manifest',
    message: /files\[1\].name names é\.md a second time/,
  });
});

/** `preheat ingest --watch`, and what it said. */
class Watching {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;

  constructor(words: readonly string[], url: string) {
    const program = fileURLToPath(new URL('../bin/preheat.js', import.meta.url));
    this.#child = spawn(process.execPath, [program, 'ingest', '--watch', ...words], {
      cwd: files.path,
      env: { ...process.env, PREHEAT_URL: url, NO_COLOR: '1' },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream as NonNullable<typeof stream> }).on('line', (line) => {
        this.#lines.push(line);
        this.#wake();
      });
    }
  }

  /** Waits for a line, and forgets those up to it. */
  async line(wanted: RegExp): Promise<void> {
    for (;;) {
      const at = this.#lines.findIndex((line) => wanted.test(line));
      if (at !== -1) return void this.#lines.splice(0, at + 1);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async stop(): Promise<unknown> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    return (await gone)[0];
  }
}

test(
  'a watched folder is followed: what is saved, added and deleted, also over a restart of the server',
  { timeout: 240_000 },
  async () => {
    write('live/a.md', 'The canteen opens at 11.\n');
    const watching = new Watching(['live', '--prefix', 'live', '--delete'], server.url);
    try {
      await watching.line(/Sent 1 file/);
      write('live/a.md', 'The canteen opens at 12.\n');
      await watching.line(/Sent 1 file/);
      write('live/deep/b.md', 'The sauna opens at 18.\n');
      await watching.line(/Sent 1 file; 1 unchanged/);
      const port = new URL(server.url).port;
      await server.stop();
      write('live/deep/b.md', 'The sauna opens at 19.\n');
      rmSync(join(files.path, 'live/a.md'));
      await watching.line(/Looking again until it works/);
      server = await startServerProcess(data.path, { PREHEAT_PORT: port });
      await watching.line(/Sent 1 file; 1 deleted/);
      assert.deepEqual(
        (await names()).filter((name) => name.startsWith('live/')),
        ['live/deep/b.md'],
      );
      assert.equal(await watching.stop(), 130);
    } finally {
      watching.kill();
    }
  },
);
