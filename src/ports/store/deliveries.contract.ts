import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { JsonObject } from '#domain/json.ts';
import type { Delivery, DeliveryEvent } from '#domain/webhook.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { ClaimedDelivery, DeliverySettlement, NewDelivery } from './webhooks.ts';
import { claimAt, due, sampleWebhook } from './webhooks.contract.ts';

const PAGE = { limit: 100, cursor: null };

/** What every store must do with what is on its way to webhooks. */
export function deliveriesContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);

  describe(`${name} keeps the contract of deliveries`, () => {
    fact(
      'a delivery is sent by one, so many at once for a webhook, and again when its sender is gone',
      async (test) => {
        const { store } = test;
        const { id: one } = await store.webhooks.create(sampleWebhook(test), NOW);
        const { id: two } = await store.webhooks.create(sampleWebhook(test), NOW);
        for (let n = 0; n < 3; n += 1) await add(test, one, { n });
        await add(test, two);
        const ask = { now: NOW, leaseMs: 100, limit: 10, perWebhook: 2 };
        assert.equal(await store.deliveries.isDue(NOW), true);
        const claims = await Promise.all([store.deliveries.claim(ask), store.deliveries.claim(ask)]);
        const claimed = claims.flat();
        assert.deepEqual(count(claimed, one), 2);
        assert.deepEqual(count(claimed, two), 1);
        assert.equal((await store.deliveries.claim({ ...ask, now: NOW + 99 })).length, 0);
        const after = await store.deliveries.claim({ ...ask, now: NOW + 100 });
        assert.deepEqual([count(after, one), count(after, two)], [2, 1]);
        assert.ok(after.some(({ attempts }) => attempts === 2));
        await store.deliveries.release();
        assert.equal((await store.deliveries.claim({ ...ask, now: NOW + 101 })).length, 3);
        // The sender that was too late records nothing.
        const [late] = claimed;
        assert.ok(late !== undefined);
        await store.deliveries.settle([settled(late, { kind: 'delivered' })], NOW + 101);
        const now = await store.deliveries.find(test.projectId, late.id);
        assert.deepEqual([now?.status, now?.attempts], ['sending', []]);
      },
    );

    fact('an attempt is recorded with its time and status, and moves the delivery on', async (test) => {
      const { store, projectId } = test;
      const { id } = await store.webhooks.create(sampleWebhook(test), NOW);
      const { id: deliveryId } = await add(test, id);
      const [first] = await due(test);
      assert.ok(first !== undefined);
      await store.deliveries.settle([settled(first, { kind: 'retry', dueAt: NOW + 50 }, 500)], NOW + 1);
      assert.equal((await store.webhooks.find(projectId, id))?.failingSince, NOW);
      assert.equal(await store.deliveries.isDue(NOW + 49), false);
      assert.deepEqual(await store.deliveries.claim(claimAt(NOW + 49)), []);
      const [second] = await store.deliveries.claim(claimAt(NOW + 50));
      assert.ok(second?.attempts === 2 && second.failingSince === NOW);
      await store.deliveries.settle([settled(second, { kind: 'delivered' }, 204)], NOW + 60);
      const done = await store.deliveries.find(projectId, deliveryId);
      assert.deepEqual([done?.status, done?.endedAt], ['delivered', NOW + 60]);
      assert.deepEqual(
        done?.attempts.map(({ status, error }) => [status, error]),
        [
          [500, 'bad_status'],
          [204, null],
        ],
      );
      const webhook = await store.webhooks.find(projectId, id);
      assert.deepEqual([webhook?.failingSince, webhook?.deliveredAt], [null, NOW + 60]);
      assert.equal(await store.deliveries.find(projectId + 1, deliveryId), null);
      assert.deepEqual((await store.deliveries.list(projectId, id, PAGE)).items, [done]);
      assert.deepEqual((await store.deliveries.list(projectId + 1, id, PAGE)).items, []);
    });

    fact('a webhook that failed for long is switched off once, and what waits for it waits', async (test) => {
      const { store, projectId } = test;
      const { id } = await store.webhooks.create(sampleWebhook(test), NOW);
      const { id: deliveryId } = await add(test, id);
      await add(test, id);
      const [first] = await store.deliveries.claim({ ...claimAt(NOW), perWebhook: 1 });
      assert.ok(first !== undefined);
      const off = { ...settled(first, { kind: 'failed' }, null), offReason: 'It failed for 5 days.' };
      await store.deliveries.settle([off], NOW + 1);
      const webhook = await store.webhooks.find(projectId, id);
      assert.deepEqual([webhook?.isOn, webhook?.offReason], [false, 'It failed for 5 days.']);
      assert.equal(webhook?.offAt, NOW + 1);
      assert.equal(await store.deliveries.isDue(NOW + 99), false);
      assert.equal(await store.deliveries.add({ ...delivery(test, id) }, NOW), null);
      const on = await store.webhooks.change(projectId, id, { isOn: true }, NOW + 2);
      assert.deepEqual([on?.isOn, on?.offReason, on?.offAt, on?.failingSince], [true, null, null, null]);
      assert.equal((await store.deliveries.claim(claimAt(NOW + 2))).length, 1);
      assert.equal(await store.deliveries.retry(projectId + 1, deliveryId, NOW + 3), false);
      assert.equal(await store.deliveries.retry(projectId, deliveryId, NOW + 3), true);
      assert.equal(await store.deliveries.retry(projectId, deliveryId, NOW + 3), false);
      const [again] = await store.deliveries.claim(claimAt(NOW + 3));
      assert.deepEqual([again?.id, again?.attempts], [deliveryId, 1]);
    });

    fact('old deliveries are forgotten, and those of a webhook that is removed', async (test) => {
      const { store, projectId } = test;
      const { id } = await store.webhooks.create(sampleWebhook(test), NOW);
      for (let n = 0; n < 3; n += 1) await add(test, id, {}, NOW + n);
      assert.equal(await store.deliveries.sweep(NOW + 2, 1), 1);
      assert.equal(await store.deliveries.sweep(NOW + 2, 10), 1);
      assert.equal((await store.deliveries.list(projectId, id, PAGE)).items.length, 1);
      await store.webhooks.remove(projectId, id);
      assert.deepEqual(await due(test, NOW + 9), []);
      assert.equal(await store.deliveries.isDue(NOW + 9), false);
    });
  });
}

function delivery({ projectId }: TestStore, webhookId: number, detail: JsonObject = {}): NewDelivery {
  return { projectId, webhookId, event: 'webhook.test' as DeliveryEvent, detail };
}

async function add(
  test: TestStore,
  webhookId: number,
  detail: JsonObject = {},
  now = NOW,
): Promise<Delivery> {
  const added = await test.store.deliveries.add(delivery(test, webhookId, detail), now);
  assert.ok(added !== null);
  return added;
}

function count(claimed: readonly ClaimedDelivery[], webhookId: number): number {
  return claimed.filter((each) => each.webhookId === webhookId).length;
}

function settled(
  { id, webhookId, attempts }: ClaimedDelivery,
  outcome: DeliverySettlement['outcome'],
  status: number | null = 200,
): DeliverySettlement {
  const error = outcome.kind === 'delivered' ? null : 'bad_status';
  return {
    id,
    webhookId,
    attempts,
    outcome,
    attempt: { at: NOW, tookMs: 3, status, error },
    offReason: null,
  };
}
