import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Child, Marker, NewRecord } from '#domain/catalogue.ts';
import type { Effect } from '#domain/effect.ts';
import type { ClaimedItem, Settlement } from '#domain/outcome.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, draft, NOW } from './samples.ts';
import type { TestStore } from './samples.ts';

const DAY = 86_400_000;

/** What every store must do with records, markers, answers of sources, figures, and items that runs discover. */
export function recordsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open);

  describe(`${name} keeps the contract of records`, () => {
    fact('a record is found by kind and key, and no other project finds it', async (t) => {
      await t.store.records.put([record(t, {}), record(t, { variant: 'b', value: { n: 2 } })]);
      const found = await t.store.records.find(t.projectId, 'title', 'hobbit');
      assert.deepEqual(
        found.map(({ variant, value }) => [variant, value]),
        [
          ['a', { n: 1 }],
          ['b', { n: 2 }],
        ],
      );
      assert.deepEqual(await t.store.records.find(t.projectId + 1, 'title', 'hobbit'), []);
      assert.deepEqual(await t.store.records.find(t.projectId, 'isbn', 'hobbit'), []);
    });

    fact('what was fetched later stays, whichever is written last', async (t) => {
      await t.store.records.put([record(t, { fetchedAt: NOW + 5, value: { n: 2 } })]);
      await t.store.records.put([record(t, { fetchedAt: NOW, value: { n: 1 } })]);
      assert.deepEqual((await t.store.records.find(t.projectId, 'title', 'hobbit'))[0]?.value, { n: 2 });
    });

    fact('what becomes known takes the place of the note that nobody knew it', async (t) => {
      await t.store.records.put([record(t, { variant: '', value: null })]);
      await t.store.records.put([record(t, {})]);
      assert.equal((await t.store.records.find(t.projectId, 'title', 'hobbit')).length, 1);
    });

    fact('near keys are found by how they sound, unknown ones are not', async (t) => {
      await t.store.records.put([
        record(t, { key: 'frankenstein', name: 'Frankenstein' }),
        record(t, { key: 'frank', name: 'Frank', value: null }),
      ]);
      const near = await t.store.records.near(t.projectId, 'title', 'frnk', 10);
      assert.deepEqual(near, [{ key: 'frankenstein', name: 'Frankenstein' }]);
      assert.deepEqual(await t.store.records.near(t.projectId, 'author', 'frnk', 10), []);
    });

    fact('lists go by key, page by page, and by a part of the name', async (t) => {
      const keys = ['anna karenina', 'dune', 'emma', 'ulysses'];
      await t.store.records.put(keys.map((key) => record(t, { key, name: key.toUpperCase() })));
      const first = await t.store.records.list(t.projectId, { kind: 'title' }, { limit: 3, cursor: null });
      const rest = await t.store.records.list(
        t.projectId,
        { kind: 'title' },
        { limit: 3, cursor: first.next },
      );
      assert.deepEqual(
        [...first.items, ...rest.items].map((each) => each.key),
        keys,
      );
      assert.equal(rest.next, null);
      const some = await t.store.records.list(
        t.projectId,
        { kind: 'title', text: 'mm' },
        { limit: 9, cursor: null },
      );
      assert.deepEqual(
        some.items.map((each) => each.key),
        ['emma'],
      );
    });

    fact('a sweep takes what expired long ago, and markers and answers at once', async (t) => {
      await t.store.records.put([
        record(t, { expiresAt: NOW - 1 }),
        record(t, { key: 'old', expiresAt: NOW - 9 * DAY }),
      ]);
      await t.store.responses.put(t.projectId, 'k', { status: 200, body: 'ü'.repeat(500) }, NOW + 1);
      assert.deepEqual(await t.store.responses.find(t.projectId, 'k', NOW), {
        status: 200,
        body: 'ü'.repeat(500),
      });
      assert.equal(await t.store.responses.find(t.projectId + 1, 'k', NOW), null);
      assert.equal(await t.store.records.sweep(NOW - DAY, NOW + 2, 100), true);
      assert.equal(await t.store.responses.find(t.projectId, 'k', NOW), null);
      const totals = await t.store.records.totals(t.projectId, NOW);
      assert.deepEqual(totals, { authors: 0, titles: 1, isbns: 0, unknown: 0, expired: 1, markers: 0 });
    });
  });

  describe(`${name} keeps the contract of discovery`, () => {
    fact('what a run leaves behind is there when its item has settled', async (t) => {
      const [item] = await start(t, ['a']);
      await settle(t, item, [
        { kind: 'records', records: [record(t, {})] },
        { kind: 'markers', markers: [marker(t, 'a', 1)] },
        { kind: 'figures', figures: { works: 3, calls: 1 } },
        { kind: 'children', children: [child('b', 1)] },
      ]);
      assert.equal((await t.store.records.find(t.projectId, 'title', 'hobbit')).length, 1);
      assert.equal((await t.store.markers.find(t.projectId, ['x', 'a'], NOW))[0]?.levels, 1);
      assert.deepEqual(await t.store.figures.ofBatch(t.projectId, item.batchId), { works: 3, calls: 1 });
      const batch = await t.store.batches.find(t.projectId, item.batchId);
      assert.deepEqual([batch?.discovered, batch?.counts.pending, batch?.counts.completed], [1, 1, 1]);
    });

    fact('nothing of a late run is left behind', async (t) => {
      const [item] = await start(t, ['a']);
      await settle(t, { ...item, generation: item.generation + 1 }, [
        { kind: 'children', children: [child('b', 1)] },
        { kind: 'markers', markers: [marker(t, 'a', 1)] },
      ]);
      assert.equal((await t.store.batches.find(t.projectId, item.batchId))?.discovered, 0);
      assert.deepEqual(await t.store.markers.find(t.projectId, ['a'], NOW), []);
    });

    fact('a batch does not end before what its last item discovered', async (t) => {
      const [item] = await start(t, ['a']);
      await settle(t, item, [{ kind: 'children', children: [child('b', 1)] }]);
      assert.deepEqual(await t.store.batches.end([item.batchId], NOW), []);
      const [next] = await claim(t, 5);
      assert.deepEqual(next?.payload, { author: 'b', depth: 1 });
      await settle(t, next as ClaimedItem, []);
      assert.deepEqual(await t.store.batches.end([item.batchId], NOW), [item.batchId]);
    });

    fact('a batch holds a key once, whoever leads to it', async (t) => {
      const [a, b] = await start(t, ['a', 'b']);
      await settle(t, a, [{ kind: 'children', children: [child('b', 1), child('c', 1), child('c', 1)] }]);
      await settle(t, b as ClaimedItem, [{ kind: 'children', children: [child('a', 1), child('c', 1)] }]);
      const batch = await t.store.batches.find(t.projectId, a.batchId);
      assert.equal(batch?.discovered, 1);
      const { items } = await t.store.items.list(
        t.projectId,
        { batchId: a.batchId, parentSeq: 1 },
        { limit: 9, cursor: null },
      );
      assert.deepEqual(
        items.map(({ payload, depth, parentSeq }) => [payload['author'], depth, parentSeq]),
        [['c', 1, 1]],
      );
      const top = await t.store.items.list(
        t.projectId,
        { batchId: a.batchId, depth: 0 },
        { limit: 9, cursor: null },
      );
      assert.equal(top.items.length, 2);
    });

    fact('a waiting item that is found on a shorter way is brought up', async (t) => {
      const [a, b] = await start(t, ['a', 'b']);
      await settle(t, a, [{ kind: 'children', children: [child('c', 2)] }]);
      await settle(t, b as ClaimedItem, [{ kind: 'children', children: [child('c', 1)] }]);
      const { items } = await t.store.items.list(
        t.projectId,
        { batchId: a.batchId, depth: 1 },
        { limit: 9, cursor: null },
      );
      assert.deepEqual(
        items.map(({ parentSeq, payload }) => [parentSeq, payload['depth']]),
        [[2, 1]],
      );
      assert.equal((await t.store.batches.find(t.projectId, a.batchId))?.discovered, 1);
    });

    fact('one that ran already at a greater depth comes once more at the lesser', async (t) => {
      const [a, b] = await start(t, ['a', 'b']);
      await settle(t, a, [{ kind: 'children', children: [child('c', 2)] }]);
      const [deep] = await claim(t, 5);
      await settle(t, deep as ClaimedItem, []);
      await settle(t, b as ClaimedItem, [{ kind: 'children', children: [child('c', 1)] }]);
      assert.equal((await t.store.batches.find(t.projectId, a.batchId))?.discovered, 2);
    });

    fact('a marker that says more is not replaced by one that says less', async (t) => {
      const [a] = await start(t, ['a']);
      const markers = [marker(t, 'a', 2), marker(t, 'a', 1)];
      await settle(t, a, [{ kind: 'markers', markers }]);
      assert.equal((await t.store.markers.find(t.projectId, ['a'], NOW))[0]?.levels, 2);
      assert.deepEqual(await t.store.markers.find(t.projectId, ['a'], NOW + 9 * DAY), []);
      assert.equal(await t.store.markers.drop(t.projectId, ['a']), 1);
    });

    fact('a skipped item leaves its effects too', async (t) => {
      const [a] = await start(t, ['a']);
      const outcome = { kind: 'skipped', reason: 'already_processed', result: null } as const;
      const effects: Effect[] = [{ kind: 'figures', figures: { saved: 1 } }];
      await t.store.items.settle(
        [{ itemId: a.id, generation: a.generation, outcome: { ...outcome, effects } }],
        NOW,
      );
      assert.deepEqual(await t.store.figures.ofProject(t.projectId), { saved: 1 });
    });

    fact('a deferred item waits, and no attempt is counted', async (t) => {
      const [a] = await start(t, ['a']);
      const outcome = {
        kind: 'deferred',
        error: { code: 'closed', message: 'Not now.' },
        availableAt: NOW + 50,
      } as const;
      await t.store.items.settle([{ itemId: a.id, generation: a.generation, outcome }], NOW);
      const item = await t.store.items.find(t.projectId, a.id);
      assert.deepEqual(
        [item?.status, item?.failures, item?.priority, item?.attempts.length],
        ['pending', 0, 0, 0],
      );
      assert.equal((await claim(t, 1, NOW + 49)).length, 0);
      assert.equal((await claim(t, 1, NOW + 50)).length, 1);
    });

    fact('items of higher priority are claimed first', async (t) => {
      const rows = [1, 9, 5].map((priority) => ({
        payload: { author: String(priority) },
        key: String(priority),
        priority,
      }));
      await t.store.intake.submit(draft(t.projectId), rows, null, NOW);
      const order: unknown[] = [];
      for (const _ of rows) order.push((await claim(t, 1))[0]?.payload['author']);
      assert.deepEqual(order, ['9', '5', '1']);
    });
  });

  describe(`${name} keeps the contract of figures`, () => {
    fact('figures add up by batch and by hour, and outlive the batch', async (t) => {
      const [a] = await start(t, ['a', 'b']);
      await settle(t, a, [{ kind: 'figures', figures: { works: 3 } }]);
      await t.store.figures.add(t.projectId, 0, { hits: 2 }, NOW + 3_600_000);
      const hours = await t.store.figures.byHour(t.projectId, NOW - DAY);
      assert.deepEqual(
        hours.map((hour) => hour.figures),
        [{ works: 3 }, { hits: 2 }],
      );
      const before = await t.store.figures.findReport(t.projectId, a.batchId);
      await t.store.batches.steer(t.projectId, a.batchId, { to: 'delete' }, NOW);
      while (!(await t.store.batches.advance(a.batchId, 100, NOW)));
      await t.store.batches.unfinished(NOW + DAY);
      const report = await t.store.figures.findReport(t.projectId, a.batchId);
      const counts = { ...before?.counts, processing: 0, cancelled: 1 };
      assert.deepEqual(report, { ...before, counts, isDeleted: true });
      assert.equal(report?.figures['works'], 3);
      assert.equal(await t.store.figures.findReport(t.projectId + 1, a.batchId), null);
      const { items } = await t.store.figures.reports(t.projectId, 'noop', { limit: 10, cursor: null });
      assert.deepEqual(
        items.map((each) => each.batchId),
        [a.batchId],
      );
    });
  });
}

function record(t: TestStore, changes: Partial<NewRecord>): NewRecord {
  return {
    projectId: t.projectId,
    kind: 'title',
    key: 'hobbit',
    variant: 'a',
    name: 'The Hobbit',
    value: { n: 1 },
    source: 'file',
    fetchedAt: NOW,
    expiresAt: NOW + DAY,
    ...changes,
  };
}

function marker(t: TestStore, key: string, levels: number): Marker {
  const coAuthors = [{ name: 'B', keys: { file: '1' }, through: 'Both' }];
  return { projectId: t.projectId, key, levels, works: 1, coAuthors, doneAt: NOW, expiresAt: NOW + DAY };
}

function child(key: string, depth: number): Child {
  return { key, depth, priority: -100 * depth, payload: { author: key, depth } };
}

/** A batch of keyed items, claimed. */
async function start(t: TestStore, keys: readonly string[]): Promise<[ClaimedItem, ...ClaimedItem[]]> {
  const rows = keys.map((key) => ({ payload: { author: key }, key }));
  await t.store.intake.submit(draft(t.projectId), rows, null, NOW);
  return (await claim(t, keys.length)) as [ClaimedItem, ...ClaimedItem[]];
}

async function settle(t: TestStore, item: ClaimedItem, effects: readonly Effect[]): Promise<void> {
  const outcome = { kind: 'completed', result: null, effects } as const;
  await t.store.items.settle(
    [{ itemId: item.id, generation: item.generation, outcome } satisfies Settlement],
    NOW,
  );
}
