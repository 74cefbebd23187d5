import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#domain/json.ts';
import { begin, NOW, submit } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { SealPass } from './seals.ts';
import type { Store } from './store.ts';

/** What every store must do for whoever seals anew what it keeps. */
export function sealsContract(
  name: string,
  open: () => Promise<{ store: Store; close(): Promise<void> }>,
): void {
  const withStore = (title: string, check: (test: TestStore) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const opened = await begin(await open());
      try {
        await check(opened);
      } finally {
        await opened.close();
      }
    });

  withStore('keys are noted once each, and all but one forgotten', async ({ store: { seals } }) => {
    const [one, two] = [
      { name: 'aa', proof: 'p', since: NOW },
      { name: 'bb', proof: 'q', since: NOW + 1 },
    ];
    await seals.noteKey(one);
    await seals.noteKey(two);
    await seals.noteKey({ ...one, since: NOW + 9 });
    assert.deepEqual(await seals.keys(), [one, two]);
    await seals.forgetOthers('bb');
    assert.deepEqual(await seals.keys(), [two]);
    await seals.forgetOthers(null);
    assert.deepEqual(await seals.keys(), []);
  });

  withStore('rows are walked page by page, and replaced unless they were changed since', async (world) => {
    const { store, projectId } = world;
    await submit(world, 5);
    const first = await store.seals.rows('items', null, 3);
    assert.equal(first.rows.length, 3);
    assert.ok(first.next !== null);
    const rest = await store.seals.rows('items', first.next, 3);
    assert.deepEqual([rest.rows.length, rest.next], [2, null]);
    const [row] = rest.rows;
    assert.ok(row);
    assert.equal(row.projectId, projectId);
    assert.deepEqual(row.values, ['{"question":"question 4"}', null]);
    const values = ['{"sealed":"x"}', null];
    assert.equal(await store.seals.replace('items', [{ row, values }]), 1);
    assert.equal(await store.seals.replace('items', [{ row, values }]), 0);
    const item = await store.items.find(projectId, row.id[0] as number);
    assert.deepEqual(item?.payload, { sealed: 'x' } satisfies JsonObject);
  });

  withStore('rows without ids of their own are walked by their keys', async ({ store, projectId }) => {
    const key = (each: string) => ({ projectId, operation: 'POST /ask', key: each });
    for (const each of ['a', 'b', 'c']) {
      await store.idempotency.begin(key(each), 1, NOW);
      await store.idempotency.finish(
        key(each),
        'hash',
        { status: 200, location: null, body: `said ${each}` },
        NOW,
      );
    }
    const { rows, next } = await store.seals.rows('responses', null, 2);
    assert.deepEqual(
      rows.map((row) => [row.key, row.values[0]]),
      [
        ['POST /ask a', 'said a'],
        ['POST /ask b', 'said b'],
      ],
    );
    const last = await store.seals.rows('responses', next, 2);
    assert.deepEqual([last.rows.length, last.next], [1, null]);
    assert.equal(
      await store.seals.replace('responses', [{ row: last.rows[0] as never, values: ['sealed'] }]),
      1,
    );
  });

  withStore('a pass goes on where it stands, until another begins', async (world) => {
    const { seals } = world.store;
    await submit(world, 2);
    assert.equal(await seals.pass(), null);
    await seals.beginPass({ key: 'aa', startedAt: NOW });
    const begun = (await seals.pass()) as SealPass;
    assert.deepEqual(begun, {
      key: 'aa',
      kind: 'items',
      cursor: null,
      looked: 0,
      sealed: 0,
      total: 2,
      startedAt: NOW,
      endedAt: null,
    });
    const further: SealPass = { ...begun, kind: 'answers', cursor: '[7]', looked: 2, sealed: 1 };
    assert.equal(await seals.advancePass(further), true);
    assert.deepEqual(await seals.pass(), further);
    await seals.beginPass({ key: null, startedAt: NOW + 5 });
    assert.equal(await seals.advancePass({ ...further, endedAt: NOW + 6 }), false);
    const other = (await seals.pass()) as SealPass;
    assert.deepEqual([other.key, other.cursor, other.endedAt], [null, null, null]);
    assert.equal(await seals.advancePass({ ...other, endedAt: NOW + 7 }), true);
    assert.equal((await seals.pass())?.endedAt, NOW + 7);
  });
}
