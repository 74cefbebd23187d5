import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewAnswer } from '#domain/answer.ts';
import { answerOf } from './answers.contract.ts';
import { begin } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { Store } from './store.ts';

const HOUR_MS = 3_600_000;
const SUSPECTS = { now: 2_000, profile: 'p', limit: 10 };
const DUE = { ...SUSPECTS, queuedBefore: 1_500 };

/** What every store promises of answers that are looked at, and made again, before somebody asks. */
export function rewarmContract(
  name: string,
  open: () => Promise<{ store: Store; close(): Promise<void> }>,
): void {
  const fact = (title: string, check: (world: World) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const opened = await begin(await open());
      try {
        await check(new World(opened));
      } finally {
        await opened.close();
      }
    });

  fact('due are those used that will expire soon, the most used first, once', async (world) => {
    const near = { createdAt: 1_000, expiresAt: 11_000 };
    await world.put('unused', 0, near);
    await world.put('other', 9, { ...near, profile: 'q' });
    await world.put('not found', 9, { ...near, found: false });
    const rare = await world.put('rare', 1, near);
    const often = await world.put('often', 5, near);
    const { rewarm } = world.store;
    const request = { now: 10_000, queuedBefore: 9_000 };
    assert.deepEqual(await world.due({ ...request, now: 9_999 }), [], 'not before nine tenths of its time');
    assert.deepEqual(await world.due(request), ['often', 'rare']);
    assert.deepEqual(await world.due({ ...request, limit: 1 }), ['often']);
    assert.deepEqual(
      await world.due({ ...request, now: 12_000 }),
      ['often', 'rare'],
      'expired, and still used',
    );
    await rewarm.noteQueued(world.projectId, [often], 9_500);
    await rewarm.noteQueued(world.projectId + 1, [rare], 9_500);
    assert.deepEqual(await world.due(request), ['rare']);
    assert.deepEqual(await world.due({ ...request, queuedBefore: 9_501 }), ['often', 'rare']);
    await world.put('often', 1, { createdAt: 4_000, expiresAt: 10_500 });
    assert.deepEqual(await world.due(request), ['often', 'rare'], 'made again, it may be due again');
    assert.deepEqual(await rewarm.due(world.projectId + 1, { ...DUE, ...request }), []);
  });

  fact(
    'a change makes suspects; what was found overtaken is due, and no suspect until the next change',
    async (world) => {
      await world.put('rare', 1);
      const often = await world.put('often', 5);
      await world.put('other', 5, { profile: 'q' });
      await world.put('over', 0, { expiresAt: 1_900 });
      assert.deepEqual(await world.suspects(), []);
      await world.change();
      assert.deepEqual(await world.suspects(), ['often', 'rare']);
      assert.deepEqual(await world.suspects({ limit: 1 }), ['often']);
      assert.deepEqual(await world.due(), [], 'a suspect may be fresh');
      await world.overtake(often);
      assert.deepEqual([await world.suspects(), await world.due()], [['rare'], ['often']]);
      await world.change();
      assert.deepEqual(await world.suspects(), ['often', 'rare'], 'it may have been changed back');
      assert.deepEqual(await world.due(), ['often']);
      assert.deepEqual(await world.store.rewarm.suspects(world.projectId + 1, SUSPECTS), []);
    },
  );

  fact('what was made or confirmed since is not overtaken', async (world) => {
    const [made, confirmed, late] = [
      await world.put('made'),
      await world.put('confirmed'),
      await world.put('late'),
    ];
    await world.change();
    await world.overtake(made, confirmed);
    const corpusVersion = await world.store.projects.corpusVersion(world.projectId);
    await world.put('made', 0, { createdAt: 1_700, corpusVersion });
    const before = (await world.store.answers.find(world.projectId, confirmed)) ?? assert.fail();
    const found = { corpusVersion, epoch: 1, floor: null, asked: null };
    assert.equal(await world.store.answers.confirm(before, found), true);
    await world.store.rewarm.noteOvertaken(world.projectId, [{ id: late, createdAt: 1_001 }], corpusVersion);
    assert.deepEqual(await world.due(), [], 'another answer was looked at');
    assert.deepEqual(await world.suspects(), ['late']);
    await world.store.rewarm.noteOvertaken(
      world.projectId + 1,
      [{ id: late, createdAt: 1_000 }],
      corpusVersion,
    );
    assert.deepEqual(await world.due(), []);
  });
}

class World {
  readonly store: Store;
  readonly projectId: number;

  constructor({ store, projectId }: TestStore) {
    this.store = store;
    this.projectId = projectId;
  }

  async put(key: string, hits = 0, fields: Partial<NewAnswer> = {}): Promise<number> {
    const { answers } = this.store;
    const { projectId } = this;
    const times = { createdAt: 1_000, expiresAt: 100 * HOUR_MS, corpusVersion: 0 };
    await answers.put(answerOf({ projectId, key, ...times, ...fields }), null);
    const { id } = (await answers.findByKey(projectId, key)) ?? assert.fail();
    if (hits > 0) await answers.countHits([{ answerId: id, hits }], 5_000);
    return id;
  }

  change(): Promise<void> {
    return this.store.documents.recount(this.projectId, 1_500);
  }

  async overtake(...ids: number[]): Promise<void> {
    const version = await this.store.projects.corpusVersion(this.projectId);
    const looked = ids.map((id) => ({ id, createdAt: 1_000 }));
    await this.store.rewarm.noteOvertaken(this.projectId, looked, version);
  }

  async suspects(changes = {}): Promise<string[]> {
    const found = await this.store.rewarm.suspects(this.projectId, { ...SUSPECTS, ...changes });
    return found.map(({ key }) => key);
  }

  async due(changes = {}): Promise<string[]> {
    const found = await this.store.rewarm.due(this.projectId, { ...DUE, ...changes });
    return found.map(({ key }) => key);
  }
}
