import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';
import { connect, Witness } from './support/follow.ts';

const QUIET = { PREHEAT_LOG_LEVEL: 'warn' };

/** A pace at which a batch does not end by itself, however slow the machine is that looks at it. */
const SLOWEST_MS = 60_000;

let rounds = 0;

/** Each time others: what is warm already would be skipped. */
function questions(count: number): string[] {
  rounds += 1;
  return Array.from({ length: count }, (_, i) => `What is rule ${i + 1} of part ${rounds}?`);
}

/** A batch that takes a while: an item each `paceMs`, so that there is something to watch. */
async function submit({ client }: ServerProcess, count: number, paceMs = 25): Promise<string> {
  return (await client.batches.submit({ workload: 'answers', items: questions(count), paceMs })).id;
}

/** A server that this test alone stops, kills and starts again. */
function restarting(title: string, check: (start: () => Promise<ServerProcess>) => Promise<void>): void {
  test(title, { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const started: ServerProcess[] = [];
    try {
      await check(async () => {
        const server = await startServerProcess(folder.path, QUIET);
        started.push(server);
        return server;
      });
    } finally {
      for (const server of started) await server.stop('SIGKILL');
      folder.remove();
    }
  });
}

/** Sees one event over a connection of its own and drops it; false when there was none to see any more. */
async function seeOne({ url }: ServerProcess, batchId: string, witness: Witness): Promise<boolean> {
  const { status, events } = await connect(url, batchId, witness.lastId);
  if (status === 204) return false;
  assert.equal(status, 200);
  const { value } = await events.next();
  assert.ok(value, 'a connection begins with a snapshot');
  witness.note(value);
  await events.return(undefined);
  return true;
}

/** Follows until the end, or until the connection breaks. */
async function follow({ url }: ServerProcess, batchId: string, witness: Witness): Promise<void> {
  try {
    const { events } = await connect(url, batchId, witness.lastId);
    for await (const event of events) witness.note(event);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

describe('on one server', { timeout: 240_000 }, () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(folder.path, QUIET);
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  test('dropped at every event and resumed: no wrong count, and the end arrives once', async () => {
    const batchId = await submit(server, 40, 500);
    const witness = new Witness(40);
    const versions = (): number => new Set(witness.seen.map(({ id }) => id)).size;
    // It is let go once it was seen on its way: on a slow machine a quick batch is over after three looks.
    while (versions() <= 3) assert.ok(await seeOne(server, batchId, witness));
    assert.equal(witness.end, null);
    await server.client.batches.change(batchId, { paceMs: 0 });
    while (await seeOne(server, batchId, witness));
    assert.equal(witness.end, 'complete');
    assert.deepEqual(
      [witness.seen.at(-1)?.data.completed, witness.seen.at(-1)?.data.status],
      [40, 'completed'],
    );
  });

  test('dropped in the middle and resumed with what was seen before: the same', async () => {
    const batchId = await submit(server, 40);
    const witness = new Witness(40);
    while (witness.end === null) {
      const { events } = await connect(server.url, batchId, witness.lastId);
      for (let count = 0; count < 3; count += 1) {
        const { value } = await events.next();
        if (value === undefined) break;
        witness.note(value);
      }
      await events.return(undefined);
    }
    assert.equal((await connect(server.url, batchId, witness.lastId)).status, 204);
  });

  test('who connects after the end gets it at once, and the stream ends; with its id, nothing', async () => {
    const batchId = await submit(server, 3, 0);
    await server.client.batches.wait(batchId);
    const witness = new Witness(3);
    await follow(server, batchId, witness);
    assert.deepEqual(
      witness.seen.map(({ name }) => name),
      ['complete'],
    );
    assert.equal((await connect(server.url, batchId, witness.lastId)).status, 204);
  });

  test('pause, resume and cancel have events of their own', async () => {
    const batchId = await submit(server, 20, SLOWEST_MS);
    const { batches } = server.client;
    const witness = new Witness(20);
    const { events } = await connect(server.url, batchId);
    const seeUntil = async (name: string): Promise<void> => {
      for (let next = await events.next(); !next.done; next = await events.next()) {
        witness.note(next.value);
        if (next.value.name === name) return;
      }
      assert.fail(`${name} never came`);
    };
    await seeUntil('progress');
    await batches.pause(batchId);
    await seeUntil('paused');
    await batches.resume(batchId);
    await seeUntil('resumed');
    await batches.cancel(batchId);
    await seeUntil('cancelled');
    assert.equal((await events.next()).done, true);
    assert.equal(witness.seen.at(-1)?.data.processed, 20);
  });

  test('200 watchers of one batch all see its end, and the same state under the same id', async () => {
    const batchId = await submit(server, 40);
    const witnesses = Array.from({ length: 200 }, () => new Witness(40));
    await Promise.all(witnesses.map((witness) => follow(server, batchId, witness)));
    const states = new Map<string, string>();
    for (const { seen, end } of witnesses) {
      assert.equal(end, 'complete');
      for (const { id, name, data } of seen) {
        const { completed, status } = data;
        const state = JSON.stringify([completed, status]);
        assert.equal(states.get(`${id} ${name}`) ?? state, state);
        states.set(`${id} ${name}`, state);
      }
    }
    const { counts } = await server.client.batches.get(batchId);
    assert.equal(counts.completed, 40);
  });
});

restarting('the server stopped and killed in between: ids go on, and the end arrives', async (start) => {
  let server = await start();
  const batchId = await submit(server, 60, 500);
  const witness = new Witness(60);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    assert.ok(await seeOne(server, batchId, witness));
    const following = follow(server, batchId, witness);
    const before = witness.seen.length;
    while (witness.seen.length < before + 2) await sleep(5);
    await server.stop(signal);
    await following;
    assert.equal(witness.end, null, 'the batch is not over yet');
    server = await start();
  }
  await server.client.batches.change(batchId, { paceMs: 0 });
  while (witness.end === null) await follow(server, batchId, witness);
  assert.equal(witness.end, 'complete');
  assert.equal(witness.seen.at(-1)?.data.completed, 60);
  assert.equal((await connect(server.url, batchId, witness.lastId)).status, 204);
});

restarting(
  'the end that came while nobody was there is told to whoever comes back, also after a restart',
  async (start) => {
    let server = await start();
    const batchId = await submit(server, 5);
    const witness = new Witness(5);
    await seeOne(server, batchId, witness);
    await server.client.batches.wait(batchId);
    await server.stop('SIGKILL');
    server = await start();
    await follow(server, batchId, witness);
    assert.equal(witness.end, 'complete');
  },
);

restarting(
  'a deleted batch is told to its watchers, to those who come back and to late ones',
  async (start) => {
    let server = await start();
    const batchId = await submit(server, 20, SLOWEST_MS);
    const witness = new Witness(20);
    await seeOne(server, batchId, witness);
    const watching = new Witness(20);
    const following = follow(server, batchId, watching);
    while (watching.seen.length === 0) await sleep(5);
    await server.client.batches.delete(batchId);
    await following;
    assert.equal(watching.end, 'deleted');
    await server.stop('SIGKILL');
    server = await start();
    await follow(server, batchId, witness);
    assert.equal(witness.end, 'deleted');
    assert.equal((await connect(server.url, batchId, witness.lastId)).status, 204);
    const late = new Witness(20);
    await follow(server, batchId, late);
    assert.deepEqual(
      late.seen.map(({ name }) => name),
      ['deleted'],
    );
  },
);
