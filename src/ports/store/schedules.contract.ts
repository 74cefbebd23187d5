import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { MAX_SCHEDULES } from '#domain/schedule.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';
import type { NewSchedule } from './schedules.ts';

/** What every store must do with schedules. */
export function schedulesContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);
  const page = { limit: 100, cursor: null };

  describe(`${name} keeps the contract of schedules`, () => {
    fact('what was created is found with its items, and listed without them, newest first', async (t) => {
      const first = await t.store.schedules.create(sample(t.projectId, { name: 'first' }), NOW);
      const second = await t.store.schedules.create(sample(t.projectId, { name: 'second' }), NOW);
      const found = await t.store.schedules.find(t.projectId, first.id);
      assert.deepEqual(found, { ...first, items: ['Who?', { question: 'Where?' }] });
      assert.deepEqual(first.options, { refresh: true });
      assert.equal(first.itemCount, 2);
      assert.equal(first.lastRun, null);
      const listed = await t.store.schedules.list(t.projectId, page);
      assert.deepEqual(listed, { items: [second, first], next: null });
    });

    fact('a name is taken once in a project, and free in another', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      const { id } = await t.store.schedules.create(sample(t.projectId), NOW);
      const taken = { code: 'schedule_exists' };
      await assert.rejects(() => t.store.schedules.create(sample(t.projectId), NOW), taken);
      await t.store.schedules.create(sample(other.id), NOW);
      const { id: second } = await t.store.schedules.create(sample(t.projectId, { name: 'b' }), NOW);
      await assert.rejects(
        () => t.store.schedules.change(t.projectId, second, { name: 'nightly' }, NOW),
        taken,
      );
      assert.notEqual(await t.store.schedules.change(t.projectId, id, { name: 'nightly' }, NOW), null);
    });

    fact('a change leaves what it does not name', async (t) => {
      const { id } = await t.store.schedules.create(sample(t.projectId), NOW);
      const changes = { isOn: false, nextAt: null, paceMs: 50 };
      const changed = await t.store.schedules.change(t.projectId, id, changes, NOW + 5);
      assert.deepEqual(
        [
          changed?.isOn,
          changed?.nextAt,
          changed?.paceMs,
          changed?.cron,
          changed?.itemCount,
          changed?.updatedAt,
        ],
        [false, null, 50, '0 3 * * *', 2, NOW + 5],
      );
      const replaced = await t.store.schedules.change(t.projectId, id, { items: ['One?'] }, NOW);
      assert.equal(replaced?.itemCount, 1);
      assert.deepEqual((await t.store.schedules.find(t.projectId, id))?.items, ['One?']);
    });

    fact('what is due is told, the longest overdue first, and nothing that is off', async (t) => {
      const make = (each: string, nextAt: number | null) =>
        t.store.schedules.create(sample(t.projectId, { name: each, nextAt }), NOW);
      await make('later', NOW + 1);
      const late = await make('late', NOW);
      const older = await make('older', NOW - 5);
      await make('off', null);
      const due = await t.store.schedules.due(NOW, 10);
      assert.deepEqual(
        due.map(({ id }) => id),
        [older.id, late.id],
      );
      assert.equal((await t.store.schedules.due(NOW, 1)).length, 1);
      assert.deepEqual(due[0]?.items, ['Who?', { question: 'Where?' }]);
    });

    fact('of two who note the same run one is told that it was first', async (t) => {
      const { id } = await t.store.schedules.create(sample(t.projectId, { nextAt: NOW }), NOW);
      const run = { dueAt: NOW, startedAt: NOW + 1, batchId: 7, error: null };
      const noted = await Promise.all([
        t.store.schedules.noteRun(id, run, NOW + 100),
        t.store.schedules.noteRun(id, run, NOW + 100),
      ]);
      assert.deepEqual(noted.toSorted(), [false, true]);
      const found = await t.store.schedules.find(t.projectId, id);
      assert.deepEqual(found?.lastRun, run);
      assert.equal(found?.nextAt, NOW + 100);
    });

    fact('a run of a schedule that was changed meanwhile is not noted', async (t) => {
      const { id } = await t.store.schedules.create(sample(t.projectId, { nextAt: NOW }), NOW);
      await t.store.schedules.change(t.projectId, id, { isOn: false, nextAt: null }, NOW);
      const run = { dueAt: NOW, startedAt: NOW, batchId: null, error: 'no' };
      assert.equal(await t.store.schedules.noteRun(id, run, NOW + 100), false);
      assert.equal((await t.store.schedules.find(t.projectId, id))?.nextAt, null);
    });

    fact('another project finds, changes and removes nothing', async (t) => {
      const other = await t.store.projects.ensure('other', NOW);
      const { id } = await t.store.schedules.create(sample(t.projectId), NOW);
      assert.equal(await t.store.schedules.find(other.id, id), null);
      assert.equal(await t.store.schedules.change(other.id, id, { paceMs: 1 }, NOW), null);
      assert.equal(await t.store.schedules.remove(other.id, id), false);
      assert.deepEqual((await t.store.schedules.list(other.id, page)).items, []);
      assert.equal(await t.store.schedules.remove(t.projectId, id), true);
      assert.equal(await t.store.schedules.remove(t.projectId, id), false);
    });

    fact('a project has so many schedules and no more', async (t) => {
      for (let n = 0; n < MAX_SCHEDULES; n += 1)
        await t.store.schedules.create(sample(t.projectId, { name: `s${n}`, items: [] }), NOW);
      await assert.rejects(() => t.store.schedules.create(sample(t.projectId), NOW), {
        code: 'too_many_schedules',
      });
    });
  });
}

function sample(projectId: number, changes: Partial<NewSchedule> = {}): NewSchedule {
  return {
    projectId,
    name: 'nightly',
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    isOn: true,
    workload: 'answers',
    priority: 0,
    paceMs: null,
    options: { refresh: true },
    items: ['Who?', { question: 'Where?' }],
    nextAt: NOW + 1_000,
    ...changes,
  };
}
