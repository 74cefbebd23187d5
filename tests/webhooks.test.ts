import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { AesSealer } from '#adapters/sealer/aes-gcm/aes-sealer.ts';
import { secretAbout } from '#core/platform/deliver-webhooks.ts';
import { verifyWebhook, WebhookPayload } from '#sdk/index.ts';
import type { CreatedWebhook, CreateWebhook, Delivery } from '#sdk/index.ts';
import { runProgram } from './support/program.ts';
import { Receiver } from './support/receiver.ts';
import type { Received } from './support/receiver.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const HANDBOOK = new URL('../examples/handbook/holidays-and-leave.md', import.meta.url);
const ENVIRONMENT = {
  PREHEAT_OUTBOUND_ALLOW: '127.0.0.1',
  PREHEAT_WEBHOOK_RETRY_MS: '20',
  PREHEAT_WEBHOOK_CONCURRENCY: '2',
  PREHEAT_LOG_LEVEL: 'warn',
};
const ENDED = ['delivered', 'failed'];

describe('webhooks', { timeout: 240_000 }, () => {
  const folder = temporaryFolder();
  const receivers: Receiver[] = [];
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(folder.path, ENVIRONMENT);
  });
  after(async () => {
    await server.stop('SIGKILL');
    receivers.forEach((receiver) => receiver.close());
    folder.remove();
  });

  async function hook(changes: Partial<CreateWebhook> = {}): Promise<[Receiver, CreatedWebhook]> {
    const receiver = await Receiver.open();
    receivers.push(receiver);
    const { client } = server;
    const webhook = await client.webhooks.create({ url: receiver.url, ...changes });
    return [receiver, webhook];
  }

  async function warm(...questions: string[]): Promise<string> {
    const { id } = await server.client.batches.submit({ workload: 'answers', items: questions });
    await server.client.batches.wait(id);
    return id;
  }

  /** The newest delivery, once it has ended. */
  async function lastOf({ id }: CreatedWebhook): Promise<Delivery> {
    for (;;) {
      const [newest] = (await server.client.webhooks.deliveries(id)).items;
      if (newest !== undefined && ENDED.includes(newest.status)) return newest;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('what happens in a project is told, signed, and as the schema has it', async () => {
    const events = [
      'batch.completed',
      'batch.cancelled',
      'item.completed',
      'item.failed',
      'document.published',
      'document.deleted',
    ] as const;
    const [receiver, webhook] = await hook({ events: [...events] });
    const { client } = server;
    const file = { name: 'leave.md', content: readFileSync(HANDBOOK, 'utf8') };
    await client.batches.wait((await client.documents.upload([file])).id);
    const broken = { name: 'broken.pdf', content: '%PDF-1.7 and nothing more' };
    await client.batches.wait((await client.documents.upload([broken])).id);
    const id = await warm('How many days of leave are there?');
    const held = await client.batches.submit({
      workload: 'answers',
      items: ['One?', 'Two?'],
      paceMs: 60_000,
      name: 'Held',
      metadata: { team: 'support' },
    });
    await client.batches.cancel(held.id);
    const { items } = await client.documents.list();
    await client.documents.delete(items[0]?.id as string);
    const received = await receiver.until(
      (all) =>
        new Set(all.map(({ event }) => event.type)).size === 6 &&
        all.some(({ event }) => event.type === 'batch.completed' && event.data.id === id),
    );

    for (const { headers, body, event } of received) {
      assert.deepEqual(WebhookPayload.parse(event), event, event.type);
      assert.equal(event.data.project, 'default');
      const verified = await verifyWebhook(body, headers, webhook.secret);
      assert.deepEqual(verified.event, event);
      // Made without any of our code.
      const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const key = Buffer.from(webhook.secret.slice('whsec_'.length), 'base64');
      const signature = createHmac('sha256', key).update(content).digest('base64');
      assert.equal(headers['webhook-signature'], `v1,${signature}`);
    }
    const cancelled = receiver.of('batch.cancelled')[0]?.event.data;
    assert.deepEqual(
      cancelled !== undefined &&
        'metadata' in cancelled && [cancelled.name, cancelled.metadata, cancelled.total],
      ['Held', { team: 'support' }, 2],
    );
    const failed = receiver.of('item.failed')[0]?.event.data;
    assert.equal(failed !== undefined && 'error' in failed ? failed.error?.code : null, 'broken_file');
  });

  test('what fails is tried again, under the same id and a new time, until it arrives', async () => {
    const [receiver, webhook] = await hook({ events: ['batch.completed'] });
    receiver.manners.push('error', 'cut', 'ok');
    await warm('Is there sick leave?');
    const delivery = await lastOf(webhook);
    assert.equal(delivery.status, 'delivered');
    assert.deepEqual(
      delivery.attempts.map(({ status, error }) => [status, error]),
      [
        [500, 'bad_status'],
        [null, 'unreachable'],
        [200, null],
      ],
    );
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1);
    for (const { body, headers } of receiver.received) await verifyWebhook(body, headers, webhook.secret);
    assert.equal((await server.client.webhooks.get(webhook.id)).failingSince, null);
    const log = JSON.stringify(await server.client.webhooks.deliveries(webhook.id));
    assert.ok(!log.includes('Broken') && !log.includes('secret'), 'what the receiver says is not kept');
  });

  test('a redirect is not followed, an endless answer is not read, and whoever is gone is switched off', async () => {
    const inside = await Receiver.open();
    receivers.push(inside);
    const [receiver, webhook] = await hook({ events: [] });
    receiver.redirectTo = inside.url;
    receiver.manners.push('redirect', 'endless');
    const tested = await server.client.webhooks.test(webhook.id);
    assert.deepEqual(tested.attempts[0]?.error, 'redirected');
    assert.equal((await lastOf(webhook)).status, 'delivered');
    assert.equal(inside.received.length, 0);
    receiver.manners.push('gone');
    await server.client.webhooks.test(webhook.id);
    assert.equal((await lastOf(webhook)).attempts[0]?.status, 410);
    const off = await server.client.webhooks.get(webhook.id);
    assert.deepEqual([off.isOn, off.offReason], [false, 'It answered 410 Gone.']);
    await assert.rejects(server.client.webhooks.test(webhook.id), { code: 'webhook_off' });
    const on = await server.client.webhooks.change(webhook.id, { isOn: true });
    assert.equal(on.offReason, null);
    const { id } = await lastOf(webhook);
    await assert.rejects(server.client.webhooks.retry('dlv_zzzz'), { code: 'not_found' });
    await server.client.webhooks.retry(id);
    assert.equal((await lastOf(webhook)).status, 'delivered');
    await assert.rejects(server.client.webhooks.retry(id), { code: 'not_failed' });
  });

  test('no more than so many are on their way to one webhook at once', async () => {
    const [receiver, webhook] = await hook({ events: ['item.completed'] });
    const [, other] = await hook({ events: [] });
    receiver.manner = 'hold';
    await warm(...Array.from({ length: 8 }, (_, i) => `Who approves leave of kind ${i}?`));
    await receiver.until((all) => all.length >= 2);
    // What is sent to another one is sent after all that may be sent to this one.
    await server.client.webhooks.test(other.id);
    assert.equal((await lastOf(other)).status, 'delivered');
    assert.equal(receiver.received.length, 2);
    receiver.letGo();
    await receiver.until((all) => new Set(all.map(({ headers }) => headers['webhook-id'])).size === 8);
    await server.client.webhooks.delete(webhook.id);
    await assert.rejects(server.client.webhooks.get(webhook.id), { code: 'not_found' });
  });

  test('a secret is replaced without a gap, and kept sealed', async () => {
    const [receiver, webhook] = await hook({ events: [] });
    const { secret } = await server.client.webhooks.rotate(webhook.id, { overlapHours: 1 });
    await server.client.webhooks.test(webhook.id);
    const { body, headers } = receiver.received[0] as Received;
    for (const each of [secret, webhook.secret]) await verifyWebhook(body, headers, each);
    await assert.rejects(verifyWebhook(body, headers, 'whsec_AAAA'), { code: 'bad_signature' });
    await assert.rejects(verifyWebhook(`${body} `, headers, secret), { code: 'bad_signature' });
    const late = { now: Date.now() + 301_000 };
    await assert.rejects(verifyWebhook(body, headers, secret, late), { code: 'bad_timestamp' });
    await assert.rejects(verifyWebhook(body, {}, secret), { code: 'missing_header' });
    await server.client.webhooks.rotate(webhook.id, { overlapHours: 0 });
    await server.client.webhooks.test(webhook.id);
    const last = receiver.received.at(-1) as Received;
    await assert.rejects(verifyWebhook(last.body, last.headers, secret), { code: 'bad_signature' });
  });

  test('an ask in the background is told at its own address, with its answer', async () => {
    const { client } = server;
    const receiver = await Receiver.open();
    receivers.push(receiver);
    const ask = { question: 'How many days of leave are there?', callbackUrl: receiver.url };
    await assert.rejects(client.asks.start(ask), { code: 'no_callbacks' });
    const { secret } = await client.webhooks.create({ kind: 'callbacks' });
    await assert.rejects(client.webhooks.create({ kind: 'callbacks' }), { code: 'callbacks_exist' });
    await assert.rejects(client.asks.ask(ask), { code: 'invalid_input' });
    const inside = { ...ask, callbackUrl: 'http://169.254.169.254/latest' };
    await assert.rejects(client.asks.start(inside), { code: 'address_refused' });
    const { id } = await client.asks.start(ask);
    const [told] = await receiver.until((all) => all.length >= 1);
    assert.ok(told !== undefined);
    const { event } = await verifyWebhook(told.body, told.headers, secret);
    assert.ok(event.type === 'ask.completed');
    assert.deepEqual(WebhookPayload.parse(event), event);
    assert.deepEqual([event.data.id, event.data.status], [id, 'completed']);
    assert.ok((event.data.answer?.answer.length ?? 0) > 0);
  });

  test('an address inside is refused, however it is written', async () => {
    for (const url of [
      'http://127.0.0.2/',
      'http://0x7f000002/',
      'http://[::ffff:10.0.0.1]/',
      'http://a:b@x.org/',
    ])
      await assert.rejects(server.client.webhooks.create({ url }), { code: 'address_refused' }, url);
    const created = await server.client.webhooks.create({ url: 'http://localhost.localdomain.invalid/' });
    const [first] = (await server.client.webhooks.test(created.id)).attempts;
    assert.equal(first?.status, null);
  });

  test('the command line makes, tests and lists webhooks', async () => {
    const receiver = await Receiver.open();
    receivers.push(receiver);
    const run = (...words: string[]) => runProgram(['webhooks', ...words, '--url', server.url]);
    const made = await run('create', receiver.url, '--on', 'batch.completed', '--name', 'Mine', '--json');
    const { id } = JSON.parse(made.out) as { id: string };
    assert.match((await run('test', id)).out, /webhook\.test +delivered +200/);
    assert.match((await run('list')).out, /works +Mine/);
    assert.equal((await run('log', id)).out.trim().split('\n').length, 1);
  });
});

test(
  'who does not answer in time is told again; what was committed before a crash is told after it; secrets lie sealed',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const receiver = await Receiver.open();
    const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const hasty = { ...ENVIRONMENT, PREHEAT_WEBHOOK_TIMEOUT_SECONDS: '1' };
    let server = await startServerProcess(folder.path, { ...hasty, PREHEAT_ENCRYPTION_KEY: old });
    try {
      receiver.manner = 'silent';
      const { secret } = await server.client.webhooks.create({
        url: receiver.url,
        events: ['batch.completed'],
      });
      const ids: string[] = [];
      for (const question of ['One?', 'Two?', 'Three?', 'Four?']) {
        const { id } = await server.client.batches.submit({ workload: 'answers', items: [question] });
        await server.client.batches.wait(id);
        ids.push(id);
      }
      // Two are on their way at once, which nobody answers, until their time is over; the others are in the outbox.
      await receiver.until((all) => all.length >= 3);
      await server.stop('SIGKILL');
      const kept = readFileSync(join(folder.path, 'preheat.db'), 'latin1');
      const wal = readFileSync(join(folder.path, 'preheat.db-wal'), 'latin1');
      assert.ok(!kept.includes(secret) && !wal.includes(secret) && wal.includes('sealed:1:'));
      receiver.manner = 'ok';
      const keys = `${fresh},${old}`;
      server = await startServerProcess(folder.path, { ...ENVIRONMENT, PREHEAT_ENCRYPTION_KEY: keys });
      const told = (all: readonly Received[]) =>
        new Set(all.map(({ event }) => 'id' in event.data && event.data.id));
      await receiver.until((all) => ids.every((id) => told(all).has(id)));
      for (const { body, headers } of receiver.received) await verifyWebhook(body, headers, secret);
      // Sealed anew at the start: the old key is needed no more.
      const db = new DatabaseSync(join(folder.path, 'preheat.db'), { readOnly: true });
      const row = db.prepare('select project_id, secret from webhooks').get() as {
        project_id: number;
        secret: string;
      };
      db.close();
      const sealer = new AesSealer({ newest: fresh, all: [fresh] });
      assert.equal(sealer.open(row.secret, secretAbout(row.project_id)), secret);
    } finally {
      await server.stop('SIGKILL');
      receiver.close();
      folder.remove();
    }
  },
);
