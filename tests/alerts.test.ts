import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PreheatClient, verifyWebhook } from '#sdk/index.ts';
import { Mailbox } from './support/mailbox.ts';
import { Receiver } from './support/receiver.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

test(
  'what needs a person is told once by log, page, figure, webhook and mail, and once that it is over',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const [receiver, mailbox] = await Promise.all([Receiver.open(), Mailbox.open()]);
    const server = await startServerProcess(folder.path, {
      PREHEAT_ALERT_SECONDS: '1',
      PREHEAT_ALERT_DISK_PERCENT: '100',
      PREHEAT_ALERT_MEMORY_PERCENT: '100',
      PREHEAT_OUTBOUND_ALLOW: '127.0.0.1',
      PREHEAT_SMTP_URL: mailbox.url,
      PREHEAT_MAIL_FROM: 'preheat@example.com',
    });
    const { client } = server;
    try {
      const events = ['alert.raised', 'alert.cleared'] as const;
      const { secret } = await client.webhooks.create({ url: receiver.url, events: [...events] });
      await client.webhooks.create({ url: 'mailto:ops@example.com', events: [...events] });
      await client.projects.create('other');
      const { effective } = await client.projects.change('default', { alerts: { deadLetters: 1 } });
      assert.deepEqual([effective.alerts.deadLetters, effective.alerts.hitPercent], [1, 95]);
      await assert.rejects(client.projects.change('default', { alerts: { hitPercent: 101 } }), {
        status: 400,
      });
      const other = new PreheatClient({ baseUrl: server.url, project: 'other' });
      await other.webhooks.create({ url: receiver.url, name: 'Of others', events: [...events] });
      const broken = [1, 2].map((n) => ({ name: `${n}.pdf`, content: `%PDF-1.7 and nothing more, ${n}` }));
      const { id } = await client.documents.upload(broken);
      await client.batches.wait(id);

      const [raised] = await receiver.until((all) => all.length >= 1);
      assert.ok(raised !== undefined);
      const { event } = await verifyWebhook(raised.body, raised.headers, secret);
      assert.ok(event.type === 'alert.raised');
      assert.deepEqual([event.data.kind, event.data.project], ['dead_letters', 'default']);
      const [letter] = await mailbox.until(1);
      assert.match(letter ?? '', /Subject: \[Preheat\] alert\.raised dead_letters \(default\)/);
      const open = (await client.system.alerts({ open: true })).items;
      assert.deepEqual(
        open.map(({ kind, project, value, threshold }) => [kind, project, value, threshold]),
        [['dead_letters', 'default', 2, 1]],
      );
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      assert.match(metrics, /preheat_alert_open\{kind="dead_letters",project="default"\} 1/);

      await client.batches.delete(id);
      const told = await receiver.until((all) => all.length >= 2);
      assert.equal(told[1]?.event.type, 'alert.cleared');
      assert.match((await mailbox.until(2))[1] ?? '', /alert\.cleared/);
      const [over] = (await client.system.alerts()).items;
      assert.notEqual(over?.clearedAt, null);
      assert.deepEqual((await client.system.alerts({ open: true })).items, []);
      const logged = (): string[] => server.output.filter((line) => /alert_(raised|cleared)/.test(line));
      // Lines are gathered for a moment before they are written.
      while (logged().length < 2) await sleep(20);
      assert.equal(logged().length, 2, logged().join('\n'));
      assert.equal(receiver.received.length, 2, 'another project hears nothing of it');
    } finally {
      await server.stop('SIGKILL');
      receiver.close();
      mailbox.close();
      folder.remove();
    }
  },
);
