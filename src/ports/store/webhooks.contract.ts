import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { WebhookEvent } from '#domain/webhook.ts';
import { MAX_WEBHOOKS } from '#domain/webhook.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, completed, failed, NOW, retried, submit } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { ClaimedDelivery, NewWebhook } from './webhooks.ts';

const PAGE = { limit: 100, cursor: null };

/** What every store must do with webhooks and their outbox. */
export function webhooksContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);

  describe(`${name} keeps the contract of webhooks`, () => {
    fact('a webhook is made, changed, switched and removed, each in its own project', async (test) => {
      const { store, projectId } = test;
      const made = await store.webhooks.create(sampleWebhook(test), NOW);
      assert.deepEqual(await store.webhooks.find(projectId, made.id), made);
      assert.equal(await store.webhooks.find(projectId + 1, made.id), null);
      assert.deepEqual([made.isOn, made.events, made.failingSince], [true, ['batch.completed'], null]);
      const changes = { name: 'b', isOn: false, events: ['item.failed'] as const };
      const changed = await store.webhooks.change(projectId, made.id, changes, NOW + 1);
      assert.deepEqual([changed?.name, changed?.isOn, changed?.events], ['b', false, ['item.failed']]);
      assert.equal(await store.webhooks.change(projectId + 1, made.id, { name: 'c' }, NOW), null);
      assert.deepEqual((await store.webhooks.list(projectId, PAGE)).items, [changed]);
      assert.equal(await store.webhooks.remove(projectId + 1, made.id), false);
      assert.equal(await store.webhooks.remove(projectId, made.id), true);
      assert.equal(await store.webhooks.remove(projectId, made.id), false);
    });

    fact('a project has one webhook for callbacks, and so many webhooks at most', async (test) => {
      const { store, projectId } = test;
      const callbacks = { ...sampleWebhook(test), kind: 'callbacks', url: null, events: [] } as const;
      await store.webhooks.create(callbacks, NOW);
      await assert.rejects(store.webhooks.create(callbacks, NOW), { code: 'callbacks_exist' });
      for (let n = 1; n < MAX_WEBHOOKS; n += 1) await store.webhooks.create(sampleWebhook(test), NOW);
      await assert.rejects(store.webhooks.create(sampleWebhook(test), NOW), { code: 'too_many_webhooks' });
      assert.equal((await store.webhooks.list(projectId, { limit: 20, cursor: null })).items.length, 20);
    });

    fact('a secret that is replaced signs on for a while, and may be sealed anew', async (test) => {
      const { store, projectId } = test;
      const { id } = await store.webhooks.create(sampleWebhook(test), NOW);
      const rotation = { secret: 's2', oldUntil: NOW + 9, replaces: 's1' };
      const rotated = await store.webhooks.rotate(projectId, id, rotation, NOW);
      assert.equal(rotated?.oldSecretUntil, NOW + 9);
      // Whoever comes second does not take away the secret that receivers still know.
      assert.equal(await store.webhooks.rotate(projectId, id, { ...rotation, secret: 's3' }, NOW), null);
      const [kept] = await store.webhooks.secrets(0, 10);
      assert.deepEqual(kept, { id, projectId, secret: 's2', oldSecret: 's1' });
      const sealed = { projectId, secret: 'sealed 2', oldSecret: 'sealed 1' };
      assert.ok(kept !== undefined && (await store.webhooks.reseal(kept, sealed)));
      assert.equal(await store.webhooks.reseal(kept, sealed), false);
      assert.deepEqual(await store.webhooks.secrets(0, 10), [{ id, ...sealed }]);
      assert.deepEqual(await store.webhooks.secrets(id, 10), []);
    });

    fact('the end of a batch is in the outbox as soon as it is a fact', async (test) => {
      const { store, projectId } = test;
      const ends = ['batch.completed', 'batch.cancelled'] as const;
      const { id: both } = await store.webhooks.create(sampleWebhook(test, ends), NOW);
      await store.webhooks.create(sampleWebhook(test, ['alert.raised']), NOW);
      const off = await store.webhooks.create(sampleWebhook(test, ends), NOW);
      await store.webhooks.change(projectId, off.id, { isOn: false }, NOW);
      const stranger = await store.projects.ensure('stranger', NOW);
      await store.webhooks.create({ ...sampleWebhook(test, ends), projectId: stranger.id }, NOW);

      const batch = await submit(test, 2, { name: 'mine' });
      const items = await claim(test, 2);
      await store.items.settle(items.map(completed), NOW);
      assert.deepEqual(await due(test), []);
      await store.batches.end([batch.id], NOW + 5);
      const other = await submit(test, 3);
      await store.batches.steer(projectId, other.id, { to: 'cancel' }, NOW);
      await store.batches.advance(other.id, 100, NOW + 6);
      const claimed = await due(test);
      assert.deepEqual(
        claimed.map(({ webhookId, event, subject, createdAt }) => [webhookId, event, subject, createdAt]),
        [
          [both, 'batch.completed', batch.id, NOW + 5],
          [both, 'batch.cancelled', other.id, NOW + 6],
        ],
      );
      const [first, second] = claimed.map(({ detail }) => detail);
      assert.deepEqual([first?.['name'], first?.['total'], first?.['completed']], ['mine', 2, 2]);
      assert.deepEqual([second?.['status'], second?.['cancelled']], ['cancelled', 3]);
      assert.deepEqual([claimed[0]?.project, claimed[0]?.secret, claimed[0]?.attempts], ['default', 's1', 1]);
    });

    fact('the ends of items are told to those who asked for them', async (test) => {
      const { store } = test;
      await store.webhooks.create(sampleWebhook(test, ['item.failed', 'item.skipped']), NOW);
      const { id: all } = await store.webhooks.create(sampleWebhook(test, ['item.completed']), NOW);
      await submit(test, 4);
      const [a, b, c, d] = await claim(test, 4);
      assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
      const skipped = { kind: 'skipped', reason: 'already_warm', result: null } as const;
      await store.items.settle(
        [
          completed(a),
          failed(b, 'broken'),
          retried(c, NOW + 10),
          { itemId: d.id, generation: d.generation, outcome: skipped },
        ],
        NOW,
      );
      // Late: its generation is not the one that holds.
      await store.items.settle([failed({ id: a.id, generation: a.generation })], NOW);
      const told = (await due(test)).map(({ webhookId, event, subject, detail }) => ({
        isAll: webhookId === all,
        event,
        subject,
        detail: [detail['status'], detail['reason'], detail['errorCode']],
      }));
      assert.deepEqual(
        told.sort((one, two) => (one.subject as number) - (two.subject as number)),
        [
          { isAll: true, event: 'item.completed', subject: a.id, detail: ['completed', null, null] },
          { isAll: false, event: 'item.failed', subject: b.id, detail: ['failed', null, 'broken'] },
          { isAll: false, event: 'item.skipped', subject: d.id, detail: ['skipped', 'already_warm', null] },
        ],
      );
      const [again] = await claim(test, 1, NOW + 20);
      assert.ok(again !== undefined);
      await store.items.settle([completed(again)], NOW);
      assert.deepEqual(
        (await due(test)).map(({ event, subject }) => [event, subject]),
        [['item.completed', c.id]],
      );
    });

    fact('an ask that brought an address is told there, signed as a callback', async (test) => {
      const { store } = test;
      await store.webhooks.create(sampleWebhook(test, ['batch.completed', 'item.completed']), NOW);
      const ask = {
        source: { kind: 'ask', detail: null },
        metadata: { callbackUrl: 'https://me.example/done' },
      } as const;
      const unheard = await submit(test, 1, ask);
      await store.items.settle((await claim(test, 1)).map(completed), NOW);
      await store.batches.end([unheard.id], NOW);
      assert.deepEqual(await due(test), []);
      const callbacks = { ...sampleWebhook(test), kind: 'callbacks', url: null, events: [] } as const;
      const { id } = await store.webhooks.create(callbacks, NOW);
      const told: unknown[] = [];
      for (const settle of [completed, failed]) {
        const batch = await submit(test, 1, ask);
        await store.items.settle(
          (await claim(test, 1)).map((item) => settle(item)),
          NOW,
        );
        await store.batches.end([batch.id], NOW);
        for (const { webhookId, url, event } of await due(test)) told.push([webhookId, url, event]);
      }
      assert.deepEqual(told, [
        [id, 'https://me.example/done', 'ask.completed'],
        [id, 'https://me.example/done', 'ask.failed'],
      ]);
    });

    fact('documents are told as they come and go', async (test) => {
      const { store, projectId } = test;
      await store.webhooks.create(sampleWebhook(test, ['document.published', 'document.deleted']), NOW);
      const documentId = await publish(test);
      await store.documents.remove(projectId, documentId, { now: NOW });
      assert.deepEqual(
        (await due(test)).map(({ event, subject, detail }) => [
          event,
          subject,
          detail['name'],
          detail['isNew'],
        ]),
        [
          ['document.published', documentId, 'a.txt', true],
          ['document.deleted', documentId, 'a.txt', undefined],
        ],
      );
    });
  });
}

export function sampleWebhook(
  { projectId }: TestStore,
  events: readonly WebhookEvent[] = ['batch.completed'],
): NewWebhook {
  return { projectId, kind: 'endpoint', name: 'a', url: 'https://a.example/hook', events, secret: 's1' };
}

export function claimAt(now: number) {
  return { now, leaseMs: 1_000, limit: 100, perWebhook: 100 };
}

export async function due(test: TestStore, now = NOW + 10): Promise<readonly ClaimedDelivery[]> {
  return (await test.store.deliveries.claim(claimAt(now))).toSorted((a, b) => a.id - b.id);
}

/** As an item of a batch of documents does it. */
async function publish(test: TestStore): Promise<number> {
  const { store, projectId } = test;
  await submit(test, 1, { workload: 'documents' });
  const [item] = await claim(test, 1);
  assert.ok(item !== undefined);
  const document = {
    name: 'a.txt',
    mediaType: 'text/plain',
    bytes: 1,
    sha256: 'sha',
    pages: null,
    itemId: item.id,
    embedder: 'lexical-1',
    tags: null,
  };
  const versionId = await store.documents.stage(projectId, document, NOW);
  const effects = [{ kind: 'publish', projectId, versionId } as const];
  const outcome = { kind: 'completed', result: null, effects } as const;
  await store.items.settle([{ itemId: item.id, generation: item.generation, outcome }], NOW);
  const found = await store.documents.findBy(projectId, { name: 'a.txt' });
  assert.ok(found !== null);
  return found.id;
}
