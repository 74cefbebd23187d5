import assert from 'node:assert/strict';
import type { MissGroup } from '#domain/miss.ts';
import { answerOf } from './answers.contract.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import type { MissFilter } from './misses.ts';
import { LEAST_MISSES, MOST_MISSES } from './misses.ts';
import { NOW } from './samples.ts';
import type { TestStore } from './samples.ts';

const asked = (question: string, misses = 1) => ({ key: question, question, misses });

/** What every store of misses must do. */
export function missesContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);

  fact('a question that misses again is counted on, and the most missed come first', async (world) => {
    const { store, projectId } = world;
    await store.misses.count(projectId, [asked('rare'), asked('often', 2)], NOW);
    await store.misses.count(projectId, [asked('often', 3)], NOW + 5);
    const [often, rare] = await all(world);
    assert.deepEqual(
      [often?.question, often?.misses, often?.firstAt, often?.lastAt, often?.state],
      ['often', 5, NOW, NOW + 5, 'cold'],
    );
    assert.deepEqual([rare?.question, rare?.misses, rare?.lastAt], ['rare', 1, NOW]);
  });

  fact('pages follow one another, also among questions missed equally often', async (world) => {
    const { store, projectId } = world;
    const names = Array.from({ length: 7 }, (_, index) => `q${index}`);
    await store.misses.count(
      projectId,
      names.map((each) => asked(each, each === 'q3' ? 9 : 2)),
      NOW,
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.misses.list(projectId, {}, { limit: 2, cursor, now: NOW });
      seen.push(...page.items.map(({ question }) => question));
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(seen, ['q3', 'q6', 'q5', 'q4', 'q2', 'q1', 'q0']);
    await assert.rejects(store.misses.list(projectId, {}, { limit: 2, cursor: '7', now: NOW }), {
      code: 'bad_cursor',
    });
  });

  fact('each says what the next one who asks meets', async (world) => {
    const { store, projectId } = world;
    const keys = ['cold', 'warm', 'expired', 'missing'];
    await store.misses.count(
      projectId,
      keys.map((key) => asked(key)),
      NOW,
    );
    const answer = { projectId, corpusVersion: 0, createdAt: NOW, expiresAt: NOW + 100 };
    await store.answers.put(answerOf({ ...answer, key: 'warm' }), null);
    await store.answers.put(answerOf({ ...answer, key: 'expired', expiresAt: NOW }), null);
    await store.answers.put(answerOf({ ...answer, key: 'missing', found: false, expiresAt: NOW }), null);
    const states = Object.fromEntries((await all(world)).map(({ question, state }) => [question, state]));
    assert.deepEqual(states, { cold: 'cold', warm: 'warm', expired: 'cold', missing: 'not_found' });
    assert.deepEqual(await names(world, { state: 'cold' }), ['expired', 'cold']);
    assert.deepEqual(await names(world, { text: 'WAR' }), ['warm']);
  });

  fact(
    'questions of one group are one, most missed first: with its counts, its times, and its state',
    async (world) => {
      const { store, projectId } = world;
      await store.misses.count(projectId, [asked('dogs?', 2), asked('a dog?', 3)], NOW);
      await store.misses.count(projectId, [asked('may dogs in?'), asked('pay?', 4)], NOW + 7);
      const ids = await put(world, ['dogs?', 'a dog?', 'may dogs in?'], 'dogs?');
      const [dogs, pay] = await all(world);
      assert.deepEqual(
        [dogs?.id, dogs?.question, dogs?.misses, dogs?.firstAt, dogs?.lastAt, dogs?.state],
        [ids.get('a dog?'), 'a dog?', 6, NOW, NOW + 7, 'cold'],
      );
      assert.deepEqual(
        dogs?.wordings.map(({ question, misses }) => [question, misses]),
        [
          ['a dog?', 3],
          ['dogs?', 2],
          ['may dogs in?', 1],
        ],
      );
      assert.deepEqual(
        pay?.wordings.map(({ question }) => question),
        ['pay?'],
      );
      assert.deepEqual(await names(world, { text: 'DOGS IN' }), ['a dog?'], 'by whichever words');
      const answer = { projectId, corpusVersion: 0, createdAt: NOW, expiresAt: NOW + 100 };
      await store.answers.put(answerOf({ ...answer, key: 'a dog?' }), null);
      assert.deepEqual(await names(world, { state: 'cold' }), ['a dog?', 'pay?'], 'one wording is cold');
      await store.answers.put(answerOf({ ...answer, key: 'dogs?' }), null);
      await store.answers.put(answerOf({ ...answer, key: 'may dogs in?', found: false }), null);
      assert.deepEqual(await names(world, { state: 'warm' }), ['a dog?']);

      assert.equal(
        await store.misses.forget(projectId, { missId: ids.get('dogs?') ?? 0, withGroup: false }),
        1,
      );
      assert.equal(
        await store.misses.forget(projectId, { missId: ids.get('may dogs in?') ?? 0, withGroup: true }),
        2,
      );
      assert.deepEqual(await names(world), ['pay?']);
    },
  );

  fact(
    'a question waits for its group until it has one of that embedder, and then keeps it',
    async (world) => {
      const { store, projectId } = world;
      await store.misses.count(projectId, [asked('a'), asked('b')], NOW);
      await store.misses.count(projectId, [asked('c')], NOW);
      assert.deepEqual(await store.misses.waiting(5), [projectId]);
      const waiting = await store.misses.ungrouped(projectId, 'e', 2);
      assert.deepEqual(
        waiting.map(({ question }) => question),
        ['a', 'b'],
      );
      const ids = await put(world, ['b', 'c'], 'b');
      assert.deepEqual(
        (await store.misses.ungrouped(projectId, 'e', 9)).map(({ question }) => question),
        ['a'],
      );
      await put(world, ['a'], 'a');
      assert.deepEqual(await store.misses.waiting(5), []);
      assert.deepEqual(
        (await store.misses.heads(projectId, 'e')).map(({ groupId, question, vector }) => [
          groupId,
          question,
          [...vector],
        ]),
        [
          [ids.get('a'), 'a', [7]],
          [ids.get('b'), 'b', [7]],
        ],
      );
      await put(world, ['c'], 'a');
      assert.equal((await all(world)).length, 2, 'somebody had put it into a group');
      await store.misses.count(projectId, [asked('c')], NOW);
      assert.deepEqual(await store.misses.waiting(5), [], 'missed again, it means the same');
      assert.equal((await store.misses.ungrouped(projectId, 'other', 9)).length, 3);
      assert.deepEqual(await store.misses.heads(projectId, 'other'), []);
      // Its first question is gone: the next one stands for the group.
      await store.misses.forget(projectId, { missId: ids.get('b') ?? 0, withGroup: false });
      const [, head] = await store.misses.heads(projectId, 'e');
      assert.deepEqual([head?.groupId, head?.question], [ids.get('b'), 'c']);
    },
  );

  fact('one is forgotten, or all; what was missed long ago goes by itself', async (world) => {
    const { store, projectId } = world;
    await store.misses.count(projectId, [asked('old')], NOW - 10);
    await store.misses.count(projectId, [asked('new'), asked('other')], NOW);
    await store.misses.sweep(NOW - 9);
    assert.deepEqual(await names(world), ['other', 'new']);
    const [other] = await all(world);
    assert.equal(await store.misses.forget(projectId, { missId: other?.id ?? 0, withGroup: false }), 1);
    assert.equal(await store.misses.forget(projectId, { missId: other?.id ?? 0, withGroup: false }), 0);
    assert.equal(await store.misses.forget(projectId, { before: NOW + 1 }), 1);
    assert.deepEqual(await names(world), []);
  });

  fact("a project sees, counts and forgets none of another's", async (world) => {
    const { store, projectId } = world;
    const other = await store.projects.ensure('other', NOW);
    await store.misses.count(projectId, [asked('mine', 4)], NOW);
    await store.misses.count(other.id, [asked('mine')], NOW);
    const [mine] = await all(world);
    assert.equal(mine?.misses, 4);
    assert.equal(await store.misses.forget(other.id, { missId: mine?.id ?? 0, withGroup: true }), 0);
    assert.equal(await store.misses.forget(other.id, { before: NOW + 1 }), 1);
    assert.deepEqual(await names(world), ['mine']);
  });

  fact('a flood of questions pushes out the least missed, and no more than that', async (world) => {
    const { store, projectId } = world;
    await store.misses.count(projectId, [asked('popular', 50)], NOW);
    const flood = Array.from({ length: MOST_MISSES }, (_, index) => asked(`flood ${index}`));
    await store.misses.count(projectId, flood.slice(0, -1), NOW);
    assert.equal((await all(world)).length, MOST_MISSES);
    await store.misses.count(projectId, flood.slice(-1), NOW);
    const left = await all(world);
    assert.equal(left.length, LEAST_MISSES);
    assert.equal(left[0]?.question, 'popular');
  });
}

/** Puts questions into the group of one; gives the ids of all. */
async function put(
  world: TestStore,
  questions: readonly string[],
  head: string,
): Promise<ReadonlyMap<string, number>> {
  const { store, projectId } = world;
  const ids = new Map(
    (await all(world)).flatMap(({ wordings }) => wordings).map(({ question, id }) => [question, id]),
  );
  const vector = Uint8Array.of(7);
  const grouped = questions.map((question) => ({
    missId: ids.get(question) ?? 0,
    groupId: ids.get(head) ?? 0,
    vector,
  }));
  await store.misses.group(projectId, 'e', grouped);
  return ids;
}

async function all({ store, projectId }: TestStore, filter: MissFilter = {}): Promise<readonly MissGroup[]> {
  const page = await store.misses.list(projectId, filter, { limit: 10_000, cursor: null, now: NOW });
  return page.items;
}

async function names(world: TestStore, filter: MissFilter = {}): Promise<string[]> {
  return (await all(world, filter)).map(({ question }) => question);
}
