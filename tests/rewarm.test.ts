import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { SubmitCommand } from '#core/queue/submission.ts';
import { recheckSuspects } from '#core/freshness/recheck-suspects.ts';
import { rewarmProject } from '#core/freshness/rewarm-project.ts';
import type { Rewarmed } from '#core/freshness/rewarm-project.ts';
import { Rewarmer } from '#core/freshness/rewarmer.ts';
import type { NewAnswer } from '#domain/answer.ts';
import { NO_SETTINGS } from '#domain/project-settings.ts';
import type { RewarmSettings } from '#domain/project-settings.ts';
import { answerOf } from '#ports/store/answers.contract.ts';
import type { PreheatClient } from '#sdk/index.ts';
import { runProgram } from './support/program.ts';
import { DONE, openTestQueue } from './support/queue.ts';
import type { TestQueue } from './support/queue.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2030, 0, 1, 12);
const NEVER = new AbortController().signal;

/** A real store and queue whose workers stand still, and answers of which the test says what the documents overtook. */
class Warmth {
  now = START;
  tokensPerDay = 1_000;
  readonly overtaken = new Set<string>();
  readonly tested: string[] = [];
  readonly queue: TestQueue;
  readonly #tried = new Map<string, number>();

  constructor(queue: TestQueue) {
    this.queue = queue;
  }

  get deps() {
    const { store, verbs } = this.queue;
    return {
      store,
      clock: () => this.now,
      log: () => undefined,
      workerId: () => 1,
      tokensPerDay: this.tokensPerDay,
      groups: { group: async () => {} },
      profileOf: async () => 'p',
      isOvertaken: async ({ question }: { question: string }) => {
        this.tested.push(question);
        return this.overtaken.has(question);
      },
      submit: (command: SubmitCommand) => verbs.batches.submit({ ...command, workload: 'test' }),
    };
  }

  async run(): Promise<Rewarmed> {
    await recheckSuspects(this.deps, this.queue.project, NEVER);
    return rewarmProject(this.deps, this.queue.project, this.#tried);
  }

  async put(question: string, hits: number, fields: Partial<NewAnswer> = {}): Promise<void> {
    const { answers } = this.queue.store;
    const projectId = this.queue.project.id;
    const usage = { inputTokens: 90, outputTokens: 10, costMicros: null };
    const times = { createdAt: START - HOUR_MS, expiresAt: START + 100 * HOUR_MS, corpusVersion: 0 };
    await answers.put(answerOf({ projectId, key: question, question, usage, ...times, ...fields }), null);
    const { id } = (await answers.findByKey(projectId, question)) ?? assert.fail();
    if (hits > 0) await answers.countHits([{ answerId: id, hits }], START - 1_000);
  }

  /** The documents change. */
  publish(): Promise<void> {
    return this.queue.store.documents.recount(this.queue.project.id, this.now);
  }

  async choose(rewarm: RewarmSettings): Promise<void> {
    const { projects } = this.queue.store;
    const { version } = await projects.settings(this.queue.project.id);
    await projects.saveSettings(this.queue.project.id, { settings: { ...NO_SETTINGS, rewarm }, version });
  }

  /** Questions of the batches that the server made, the oldest batch first. */
  async queued(): Promise<readonly (readonly unknown[])[]> {
    const { project, verbs } = this.queue;
    const page = { limit: 100, cursor: null };
    const { items } = await verbs.batches.list(project, { source: 'rewarm' }, page);
    const lists = items.map(async ({ batch }) => {
      const inside = await verbs.items.list(project, { batchId: batch.id }, page);
      return inside.items.map(({ payload }) => payload['question']);
    });
    return (await Promise.all(lists)).reverse();
  }

  async cancelAll(): Promise<void> {
    const { project, verbs } = this.queue;
    const { items } = await verbs.batches.list(project, { source: 'rewarm' }, { limit: 9, cursor: null });
    for (const { batch } of items) await verbs.batches.cancel(project, batch.id);
  }
}

async function open(t: TestContext, isStopped = true): Promise<Warmth> {
  const queue = await openTestQueue({ run: async () => DONE, isStopped });
  t.after(() => queue.close());
  return new Warmth(queue);
}

test('what the documents overtook is queued, most used first; one batch at a time, that people can steer', async (t) => {
  const warmth = await open(t);
  await warmth.put('rare', 1);
  await warmth.put('often', 9);
  await warmth.put('untouched', 5);
  assert.equal(await warmth.run(), 'nothing');
  await warmth.publish();
  warmth.overtaken.add('rare').add('often');
  assert.equal(await warmth.run(), 'queued');
  assert.deepEqual(await warmth.queued(), [['often', 'rare']]);
  assert.deepEqual(warmth.tested, ['often', 'untouched', 'rare']);
  const { project, verbs } = warmth.queue;
  const { items } = await verbs.batches.list(project, { source: 'rewarm' }, { limit: 2, cursor: null });
  const batch = items[0]?.batch ?? assert.fail();
  assert.deepEqual([batch.source.detail, batch.priority], ['2 changed', -5]);
  await verbs.batches.pause(project, batch.id);
  assert.equal(await warmth.run(), 'busy', 'a paused batch is open');
});

test('what a change may have touched is tested where nothing is made again by itself, once', async (t) => {
  const warmth = await open(t);
  warmth.tokensPerDay = 0;
  await warmth.put('often', 9);
  await warmth.publish();
  warmth.overtaken.add('often');
  const rewarmer = new Rewarmer(warmth.deps);
  for (let look = 0; look < 4; look += 1) {
    await rewarmer.look(NEVER);
    warmth.now += HOUR_MS;
  }
  assert.deepEqual([warmth.tested, await warmth.queued()], [['often'], []]);
});

test('what is used and near its end is queued ahead of it', async (t) => {
  const warmth = await open(t);
  const nearEnd = { createdAt: START - 95 * HOUR_MS, expiresAt: START + 5 * HOUR_MS };
  await warmth.put('used', 2, nearEnd);
  await warmth.put('unused', 0, nearEnd);
  assert.equal(await warmth.run(), 'queued');
  assert.deepEqual(await warmth.queued(), [['used']]);
  assert.deepEqual(warmth.tested, []);
});

test('what was queued and not made is left alone for an hour', async (t) => {
  const warmth = await open(t);
  await warmth.put('failing', 3);
  await warmth.publish();
  warmth.overtaken.add('failing');
  await warmth.run();
  await warmth.cancelAll();
  warmth.now += HOUR_MS / 2;
  assert.equal(await warmth.run(), 'nothing');
  warmth.now += HOUR_MS;
  assert.equal(await warmth.run(), 'queued');
  assert.deepEqual(await warmth.queued(), [['failing'], ['failing']]);
});

test('a day costs what the budget says and no more; what costs nothing always fits', async (t) => {
  const warmth = await open(t);
  warmth.tokensPerDay = 250;
  const { store, project } = warmth.queue;
  await store.figures.add(project.id, 0, { rewarmTokens: 40 }, START - 2 * HOUR_MS);
  for (const [question, hits] of [
    ['a', 4],
    ['b', 3],
    ['c', 2],
  ] as const)
    await warmth.put(question, hits);
  await warmth.put('free', 1, { usage: { inputTokens: 0, outputTokens: 0, costMicros: null } });
  await warmth.publish();
  for (const each of ['a', 'b', 'c', 'free']) warmth.overtaken.add(each);
  assert.equal(await warmth.run(), 'spent');
  assert.deepEqual(await warmth.queued(), [['a', 'b', 'free']]);
  await warmth.cancelAll();
  warmth.now += 23 * HOUR_MS;
  await warmth.choose({ tokensPerDay: 0, warmsMisses: false });
  assert.equal(await warmth.run(), 'off', "a project's own choice counts");
});

test('popular misses are warmed where the project allows it, once', async (t) => {
  const warmth = await open(t);
  const { store, project } = warmth.queue;
  const missed = (question: string, misses: number) => ({ key: question, question, misses });
  await store.misses.count(project.id, [missed('popular', 5), missed('once', 1)], START - 1_000);
  assert.equal(await warmth.run(), 'nothing');
  await warmth.choose({ tokensPerDay: null, warmsMisses: true });
  assert.equal(await warmth.run(), 'queued');
  assert.deepEqual(await warmth.queued(), [['popular']]);
  await warmth.cancelAll();
  assert.equal(await warmth.run(), 'nothing');
});

test('what is missed in many words is popular, and warmed in those that were missed most', async (t) => {
  const warmth = await open(t);
  const { store, project } = warmth.queue;
  const missed = (question: string, misses: number) => ({ key: question, question, misses });
  const words = [missed('often', 2), missed('as often', 2), missed('once', 1)];
  await store.misses.count(project.id, [...words, missed('rare', 2)], START - 1_000);
  const { items } = await store.misses.list(project.id, {}, { limit: 9, cursor: null, now: START });
  const vector = Uint8Array.of(1);
  const ids = new Map(items.map(({ id, question }) => [question, id]));
  const groupId = ids.get('often') ?? 0;
  const grouped = words.map(({ question }) => ({ missId: ids.get(question) ?? 0, groupId, vector }));
  await store.misses.group(project.id, 'e', grouped);
  await warmth.choose({ tokensPerDay: null, warmsMisses: true });
  assert.equal(await warmth.run(), 'queued');
  assert.deepEqual(await warmth.queued(), [['as often', 'often']]);
});

test('two processes that look at once make one batch', async (t) => {
  const warmth = await open(t, false);
  await warmth.put('often', 9);
  await warmth.publish();
  warmth.overtaken.add('often');
  const outcomes = await Promise.all([warmth.run(), warmth.run()]);
  // The other comes while the batch is made, or when it is there already.
  const [other] = outcomes.filter((outcome) => outcome !== 'queued');
  assert.ok(other === 'busy' || other === 'nothing', outcomes.join());
  assert.deepEqual(await warmth.queued(), [['often']]);
});

test('documents that change in a row are waited for, though not for ever', async (t) => {
  const warmth = await open(t);
  await warmth.put('often', 9);
  const rewarmer = new Rewarmer(warmth.deps);
  const look = async (afterMs: number): Promise<number> => {
    warmth.now += afterMs;
    await rewarmer.look(NEVER);
    return warmth.tested.length;
  };
  await look(0);
  await look(6_000);
  await warmth.publish();
  assert.equal(await look(1_000), 0);
  await warmth.publish();
  assert.equal(await look(4_900), 0);
  assert.equal(await look(4_900), 0);
  assert.equal(await look(200), 1, 'they have come to rest');
  for (let change = 0; change < 20; change += 1) {
    await warmth.publish();
    await look(4_000);
  }
  assert.ok(warmth.tested.length > 1, 'they never rested');
});

test(
  'a changed document: its answers are made again by the server, before anybody asks; the rest stays as it was',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const server = await startServerProcess(folder.path, { PREHEAT_REWARM_TOKENS_PER_DAY: '1000' });
    try {
      const { client } = server;
      const upload = async (name: string, text: string) => {
        const { id } = await client.documents.upload([{ name, content: new Blob([text]) }]);
        await client.batches.wait(id);
      };
      await upload('dogs.md', '# Dogs\n\nDogs are welcome on Fridays.\n');
      await upload('pay.md', '# Pay\n\nSalaries are paid on the 26th of each month.\n');
      const dogs = await client.ask('When are dogs welcome?');
      const pay = await client.ask('When are salaries paid?');
      const before = await client.answers.get(dogs.id ?? '');
      await upload('dogs.md', '# Dogs\n\nDogs are welcome on Mondays.\n');
      const made = async () => (await client.batches.list({ source: 'rewarm' })).items[0];
      let batch = await made();
      while (batch === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        batch = await made();
      }
      await client.batches.wait(batch.id);
      const warm = await client.ask({ question: 'When are dogs welcome?', cache: 'only' });
      assert.match(warm.answer, /Mondays/);
      const changed = (await client.answers.getIfChanged(before)) ?? assert.fail();
      assert.deepEqual([changed.version, changed.id], [2, dogs.id]);
      await areChangesTold(client, dogs.id ?? '', server.url);
      // What is looked at from here on is not to be made again in between.
      await client.projects.change('default', { rewarm: { tokensPerDay: 0, warmsMisses: false } });
      await isExplained(client, dogs.id ?? '', server.url);
      const same = await client.answers.get(pay.id ?? '');
      await client.answers.refresh(pay.id ?? '');
      assert.equal(await client.answers.getIfChanged(same), null, 'made again, it says the same');
      const { effective } = await client.projects.change('default', {
        rewarm: { tokensPerDay: 5, warmsMisses: true },
      });
      assert.deepEqual(effective.rewarm, { tokensPerDay: 5, tokensSpent: 0, warmsMisses: true });
    } finally {
      await server.stop();
      folder.remove();
    }
  },
);

/** The change that made it another answer names it, over the wire and on the command line. */
async function areChangesTold(client: PreheatClient, answerId: string, url: string): Promise<void> {
  const { items } = await client.changes.list();
  assert.deepEqual(
    items.map(({ kind, document }) => `${document} ${kind}`),
    ['dogs.md changed', 'pay.md added', 'dogs.md added'],
  );
  const [change] = items;
  if (change === undefined) assert.fail();
  const touched = await client.changes.answers(change.id);
  const ours = touched.items.find((each) => each.answerId === answerId);
  assert.equal(ours?.outcome, 'different');
  assert.equal(change.outcomes.different, 1);
  const ofIt = await client.changes.list({ document: change.documentId ?? '' });
  assert.deepEqual(ofIt.items.length, 2);
  const environment = { PREHEAT_URL: url };
  const told = await runProgram(['documents', 'changes'], { environment });
  assert.match(told.out, /dogs\.md changed; touched \d of \d answers?: .*1 different now/);
  const which = await runProgram(['documents', 'changes', change.id], { environment });
  assert.match(which.out, /different +When are dogs welcome\?/);
}

async function isExplained(client: PreheatClient, answerId: string, url: string): Promise<void> {
  const { former, madeAgainFor, restsOn, since, isChecked } = await client.answers.explain(answerId);
  assert.deepEqual(
    former?.diff.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => [kind, text.trim()]),
    [
      ['removed', 'Fridays.'],
      ['added', 'Mondays.'],
    ],
  );
  assert.deepEqual(
    madeAgainFor.map(({ document, kind }) => [document, kind]),
    [['dogs.md', 'changed']],
  );
  assert.deepEqual([isChecked, since], [true, []]);
  assert.ok(restsOn.every(({ state }) => state === 'there'));
  await client.documents.delete((await client.documents.list({ text: 'dogs' })).items[0]?.id ?? '');
  const later = await client.answers.explain(answerId);
  assert.equal(later.isChecked, false);
  assert.deepEqual(
    later.since.map(({ kind }) => kind),
    ['removed'],
  );
  const support = later.restsOn.find(({ supports }) => supports);
  assert.deepEqual([support?.state, support?.document, support?.text], ['gone', 'dogs.md', null]);
  const environment = { PREHEAT_URL: url };
  const { code, out } = await runProgram(['explain', 'when are dogs welcome'], { environment });
  assert.equal(code, 0);
  assert.match(out, /\[-Fridays\.\s*-\]\{\+Mondays\.\s*\+\}/);
  assert.match(out, /dogs\.md was removed/);
  assert.equal((await runProgram(['explain', 'who knows'], { environment })).code, 1);
}
