import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { after, test } from 'node:test';
import { administer, findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { busContract, gather } from '#ports/bus.contract.ts';
import { PostgresBus } from './postgres-bus.ts';

if (findPostgres() === null) test('the bus on PostgreSQL', { skip: 'PostgreSQL is not installed' });
else await keepContract();

async function keepContract(): Promise<void> {
  const { url, drop } = await temporaryDatabase();
  after(drop);
  const logged: string[] = [];
  const log = (_level: string, event: string): void => void logged.push(event);

  busContract('postgres', async (t) => {
    const [here, there] = await Promise.all([PostgresBus.open({ url, log }), PostgresBus.open({ url, log })]);
    t.after(() => Promise.all([here.close(), there.close()]));
    return { here, there };
  });

  test('a connection that is ended is renewed, and whoever listens is told', async (t) => {
    const [here, there] = await Promise.all([PostgresBus.open({ url, log }), PostgresBus.open({ url, log })]);
    t.after(() => Promise.all([here.close(), there.close()]));
    const [ours, theirs] = [gather(here), gather(there)];
    await administer(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'preheat bus'`,
    );
    assert.deepEqual([await ours.next(1), await theirs.next(1)], [['missed'], ['missed']]);
    here.publish({ kind: 'work' });
    assert.deepEqual(await theirs.next(2), ['missed', { kind: 'work' }]);
  });

  test('a connection that went silent without an error is noticed and renewed', async (t) => {
    const router = await startRouter(url);
    const bus = await PostgresBus.open({ url: router.url, log, pulseMs: 100 });
    t.after(async () => {
      await bus.close();
      router.close();
    });
    const ours = gather(bus);
    router.forget();
    await ours.next(1);
    assert.deepEqual(ours.heard, ['missed']);
    assert.equal(bus.describe().isUp, true);
  });
}

/** A router that can forget the connections it has: both ends stay open, and nothing passes any more. */
async function startRouter(url: string): Promise<{ url: string; forget: () => void; close: () => void }> {
  const target = new URL(url);
  const [port, host] = [Number(target.port), target.hostname];
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, host);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    pairs.add([near, far]);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  target.port = String((server.address() as AddressInfo).port);
  return {
    url: target.href,
    forget() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
      }
    },
    close() {
      for (const socket of [...pairs].flat()) socket.destroy();
      server.close();
    },
  };
}
