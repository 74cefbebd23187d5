import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const ITEMS = Number(process.env['PREHEAT_TEST_SEALED_ITEMS'] ?? 3_000);
const QUESTION = 'How many days of flamingo leave are there in a year?';

for (const seed of seeds(1)) {
  test(
    `a server that is killed again and again while it seals anew loses no row, and ends with one key (seed ${seed})`,
    { timeout: 180_000 },
    async () => {
      const random = seeded(seed);
      const data = temporaryFolder();
      const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
      let server = await start(data.path, old);
      try {
        const { client } = server;
        const content = '# Leave\n\nThere are 25 days of flamingo leave in a year.\n';
        await client.batches.wait((await client.documents.upload([{ name: 'leave.md', content }])).id);
        const { answer } = await client.ask(QUESTION);
        const items = Array.from({ length: ITEMS }, (_, n) => `Who takes flamingo leave on day ${n}?`);
        const { id } = await client.batches.submit({ workload: 'answers', items, paceMs: 3_600_000 });
        await client.batches.pause(id);

        // There and back: each kill comes somewhere in a pass.
        for (const keys of [`${fresh},${old}`, `${old},${fresh}`, `${fresh},${old}`]) {
          await server.stop('SIGKILL');
          server = await start(data.path, keys);
          // The pass has begun with the start; it takes some hundred milliseconds.
          await sleep(random() * 400);
        }
        await server.stop('SIGKILL');
        server = await start(data.path, `${fresh},${old}`);
        await isSealedWithOne(server);
        await server.stop('SIGKILL');

        server = await start(data.path, fresh);
        assert.equal((await server.client.ask(QUESTION)).answer, answer);
        const last = `Who takes flamingo leave on day ${ITEMS - 1}?`;
        assert.deepEqual(await found(server, id, last), [{ question: last }]);
        assert.deepEqual(keysIn(data.path), [[(await server.client.system.encryption()).key, ITEMS]]);
      } finally {
        await server.stop('SIGKILL');
        data.remove();
      }
    },
  );
}

function start(folder: string, keys: string): Promise<ServerProcess> {
  return startServerProcess(folder, { PREHEAT_ENCRYPTION_KEY: keys });
}

async function isSealedWithOne({ client }: ServerProcess): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const { key, keys, pass } = await client.system.encryption();
    if (pass?.isOver === true && pass.key === key && keys.length === 1) return;
    assert.ok(Date.now() < until, 'the pass does not end');
    await sleep(20);
  }
}

/** A search of many rows gives short pages. */
async function found({ client }: ServerProcess, batchId: string, text: string): Promise<unknown[]> {
  const payloads: unknown[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await client.batches.items(batchId, { text, ...(cursor ? { cursor } : {}) });
    payloads.push(...page.items.map(({ payload }) => payload));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return payloads;
}

/** With which keys the items of the batch are sealed, and how many with each. */
function keysIn(folder: string): unknown[] {
  const db = new DatabaseSync(join(folder, 'preheat.db'), { readOnly: true });
  const sql = `select substr(payload, 21, 8) as key, count(*) as n from items
    where batch_id = (select max(id) from batches where workload = 'answers') group by 1`;
  const rows = db.prepare(sql).all();
  db.close();
  return rows.map(({ key, n }) => [key, n]);
}
