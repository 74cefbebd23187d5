import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PreheatClient } from '#sdk/index.ts';
import { runProgram } from './support/program.ts';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

for (const seed of seeds(1)) {
  test(
    `a delete, an import and a backup that are killed leave nothing half done (seed ${seed})`,
    { timeout: 120_000 },
    async () => {
      const random = seeded(seed);
      const [data, backups, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
      let server = await startServerProcess(data.path);
      try {
        await fill(server, 'north');
        await fill(server, 'south');
        const copy = await bytesOf(await server.client.projects.export('south'));
        await server.client.projects.delete('north');
        await sleep(random() * 100);
        await server.stop('SIGKILL');

        server = await startServerProcess(data.path);
        assert.deepEqual(await namesOf(server), ['default', 'south']);
        while (count(data.path, 'removed_projects where ended_at is null') > 0) await sleep(20);
        assert.equal(count(data.path, 'items'), ITEMS, 'what is left is of the other project');

        const importing = importHalf(server.url, copy).catch(() => null);
        while (count(data.path, 'project_arrivals') === 0) await sleep(5);
        await server.stop('SIGKILL');
        await importing;
        server = await startServerProcess(data.path);
        assert.deepEqual(await namesOf(server), ['default', 'south']);
        assert.equal(count(data.path, 'project_arrivals'), 0);
        const { counts } = await server.client.projects.import('west', new Blob([copy]));
        assert.equal(counts['documents'], 1);
        assert.deepEqual(await namesOf(server), ['default', 'south', 'west']);

        await killedBackup({ data: data.path, to: join(backups.path, 'one'), other: other.path, random });
        const whole = await runProgram(['backup', join(backups.path, 'two'), '--data', data.path]);
        assert.equal(whole.code, 0, whole.err);
      } finally {
        await server.stop('SIGKILL');
        for (const folder of [data, backups, other]) folder.remove();
      }
    },
  );
}

const ITEMS = 4_000;

async function fill({ url }: ServerProcess, project: string): Promise<void> {
  const client = new PreheatClient({ baseUrl: url, project, retries: 0 });
  await client.projects.create(project);
  const file = { name: 'a.md', content: `# A\n\nIt is in ${project}.\n` };
  await client.batches.wait((await client.documents.upload([file])).id);
  const items = Array.from({ length: ITEMS - 1 }, (_, n) => `Who is the number ${n} of ${project}?`);
  await client.batches.submit({ workload: 'answers', items, paceMs: 3_600_000 });
}

async function namesOf({ client }: ServerProcess): Promise<string[]> {
  return (await client.projects.list()).items.map(({ name }) => name);
}

function count(folder: string, what: string): number {
  const db = new DatabaseSync(join(folder, 'preheat.db'), { readOnly: true });
  try {
    return db.prepare(`select count(*) as n from ${what}`).get()?.['n'] as number;
  } finally {
    db.close();
  }
}

/** Sends the first half, and then nothing. */
async function importHalf(url: string, copy: Uint8Array<ArrayBuffer>): Promise<void> {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(copy.subarray(0, copy.length / 2)),
  });
  await fetch(`${url}/api/v1/projects/west/import`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson' },
    body,
    duplex: 'half',
  } as RequestInit);
}

/** Whenever it is killed: a folder is a whole backup, or none at all. */
async function killedBackup(given: {
  readonly data: string;
  readonly to: string;
  readonly other: string;
  readonly random: () => number;
}): Promise<void> {
  const { data, to, other, random } = given;
  await runProgram(['backup', to, '--data', data], {
    onStart: (child: ChildProcess) => {
      void (async () => {
        while (child.exitCode === null && !(existsSync(to) && readdirSync(to).length > 0)) await sleep(2);
        await sleep(random() * 30);
        child.kill('SIGKILL');
      })();
    },
  });
  const isWhole = existsSync(join(to, 'manifest.json'));
  const restored = await runProgram(['restore', to, '--data', other]);
  assert.equal(restored.code === 0, isWhole, restored.err);
  if (!isWhole) assert.match(restored.err, /is no finished backup/);
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
