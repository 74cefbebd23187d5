import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Reading } from '#domain/alert.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, NOW, submit } from './samples.ts';
import type { Store } from './store.ts';
import { due, sampleWebhook } from './webhooks.contract.ts';

const PAGE = { limit: 100, cursor: null };

/** What every store must do with alerts. */
export function alertsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);

  describe(`${name} keeps the contract of alerts`, () => {
    fact('an alert is raised once, however many look, and cleared once, and both are told', async (test) => {
      const { store, projectId } = test;
      await store.webhooks.create(sampleWebhook(test, ['alert.raised', 'alert.cleared']), NOW);
      const reading = sample({ projectId });
      const raised = await Promise.all([store.alerts.raise(reading, NOW), store.alerts.raise(reading, NOW)]);
      const [alert] = raised.filter((each) => each !== null);
      assert.equal(raised.filter((each) => each !== null).length, 1);
      assert.deepEqual(await store.alerts.open(), [alert]);
      assert.deepEqual([alert?.value, alert?.threshold, alert?.raisedAt], [11, 10, NOW]);
      const over = { ...reading, isOver: false, message: 'It is over.' };
      const cleared = await store.alerts.clear(over, NOW + 5);
      assert.deepEqual([cleared?.id, cleared?.clearedAt], [alert?.id, NOW + 5]);
      assert.equal(await store.alerts.clear(over, NOW + 6), null);
      assert.deepEqual(await store.alerts.open(), []);
      assert.deepEqual(
        (await due(test)).map(({ event, subject, detail }) => [event, subject, detail['message']]),
        [
          ['alert.raised', alert?.id, 'Too many.'],
          ['alert.cleared', alert?.id, 'It is over.'],
        ],
      );
      assert.notEqual((await store.alerts.raise(reading, NOW + 7))?.id, alert?.id);
    });

    fact(
      'a project sees its own alerts, and those of the server are told to the default project',
      async (test) => {
        const { store, projectId } = test;
        await store.webhooks.create(sampleWebhook(test, ['alert.raised']), NOW);
        const stranger = await store.projects.ensure('stranger', NOW);
        await store.alerts.raise(sample({ projectId: stranger.id }), NOW);
        await store.alerts.raise(sample({ projectId, kind: 'backlog' }), NOW);
        await store.alerts.raise(sample({ projectId: null, kind: 'disk', value: 0.5 }), NOW);
        assert.deepEqual(await kinds(store, projectId), ['backlog']);
        assert.deepEqual(await kinds(store, stranger.id), ['dead_letters']);
        assert.deepEqual(await kinds(store, null), ['disk', 'backlog', 'dead_letters']);
        assert.deepEqual(
          (await due(test)).map(({ detail }) => [detail['kind'], detail['value']]),
          [
            ['backlog', 11],
            ['disk', 0.5],
          ],
        );
      },
    );

    fact('what waits since long is counted, and old alerts are forgotten', async (test) => {
      const { store, projectId } = test;
      await submit(test, 5);
      await claim(test, 2);
      const paused = await submit(test, 4);
      await store.batches.steer(projectId, paused.id, { to: 'pause' }, NOW);
      assert.equal(await store.alerts.backlog(projectId, NOW - 1), 0);
      assert.equal(await store.alerts.backlog(projectId, NOW), 3);
      await store.alerts.raise(sample({ projectId }), NOW);
      await store.alerts.clear(sample({ projectId }), NOW + 1);
      await store.alerts.raise(sample({ projectId }), NOW + 2);
      await store.alerts.sweep(NOW + 1);
      assert.equal((await kinds(store, projectId)).length, 2);
      await store.alerts.sweep(NOW + 2);
      assert.equal((await kinds(store, projectId)).length, 1);
    });
  });
}

function sample(changes: Partial<Reading>): Reading {
  return {
    projectId: null,
    kind: 'dead_letters',
    value: 11,
    threshold: 10,
    isOver: true,
    message: 'Too many.',
    ...changes,
  };
}

async function kinds(store: Store, projectId: number | null): Promise<readonly string[]> {
  return (await store.alerts.list(projectId, PAGE)).items.map(({ kind }) => kind);
}
