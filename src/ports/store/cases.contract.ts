import assert from 'node:assert/strict';
import type { JudgingCase } from '#domain/judging-case.ts';
import { MOST_CASES_WAITING } from '#domain/judging-case.ts';
import { answerOf } from './answers.contract.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { NOW } from './samples.ts';
import type { TestStore } from './samples.ts';

const TROUBLE = { code: 'judgement_unreadable', why: 'No marks.' };

/** What every store must do with answers that wait to be judged. */
export function casesContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);

  fact('a case comes with its answer, is claimed once, and is closed by its judgement', async (test) => {
    const { store, projectId, workerId } = test;
    await choose(test, 'a');
    await store.answers.put(answerOf({ projectId, key: 'not chosen' }), null);
    const claimed = await take(test);
    const answer = await store.answers.find(projectId, claimed.answerId);
    assert.deepEqual([answer?.key, claimed.madeAt, claimed.attempts], ['a', 1_000, 0]);
    const other = await register(test);
    assert.equal(await store.cases.claim(other, NOW), null);
    assert.equal((await store.cases.state(projectId)).waiting, 1);
    assert.equal(await store.judgements.put(judged(projectId), claimed), true);
    assert.equal(await store.judgements.put(judged(projectId), claimed), false);
    assert.deepEqual(await store.cases.state(projectId), NOTHING);
    assert.equal(await store.cases.claim(workerId, NOW), null);
  });

  fact(
    'what a process that is gone had in hand is claimed again, and its late word changes nothing',
    async (test) => {
      const { store, projectId, workerId } = test;
      await choose(test, 'a');
      const lost = await take(test);
      await store.workers.leave(workerId, NOW);
      const other = await register(test);
      const taken = (await store.cases.claim(other, NOW)) as JudgingCase;
      assert.equal(taken.answerId, lost.answerId);
      assert.ok(taken.generation > lost.generation);
      assert.equal(await store.judgements.put(judged(projectId), lost), false);
      assert.equal(await store.judgements.find(projectId, 'a', 1_000), null);
      const tried = { attempts: 9, dueAt: NOW, failedAt: NOW, trouble: TROUBLE };
      assert.equal(await store.cases.giveBack(lost, tried), false);
      assert.equal(await store.cases.drop(lost), false);
      // What a worker holds when it asks for more was never finished.
      assert.equal((await store.cases.claim(other, NOW))?.answerId, lost.answerId);
    },
  );

  fact('the one that is due longest comes first, and what was tried waits for its time', async (test) => {
    const { store, projectId } = test;
    await choose(test, 'late', 3_000);
    await choose(test, 'early', 2_000);
    const early = await take(test);
    assert.equal(early.madeAt, 2_000);
    const tried = { attempts: 1, dueAt: NOW + 10, failedAt: null, trouble: TROUBLE };
    assert.equal(await store.cases.giveBack(early, tried), true);
    const late = await take(test);
    assert.equal(late.madeAt, 3_000);
    assert.equal(await store.cases.drop(late), true);
    assert.equal(await store.cases.claim(test.workerId, NOW), null);
    const waiting = { waiting: 1, failed: 0, nextAt: NOW + 10 };
    assert.deepEqual(await store.cases.state(projectId), {
      ...waiting,
      troubles: [{ ...TROUBLE, waiting: 1, failed: 0 }],
    });
    const again = await store.cases.claim(test.workerId, NOW + 10);
    assert.deepEqual([again?.madeAt, again?.attempts], [2_000, 1]);
  });

  fact(
    'what failed is counted by why, is tried by nobody, and waits again when it is asked for',
    async (test) => {
      const { store, projectId, workerId } = test;
      for (const [key, failedAt, why] of [
        ['a', NOW + 1, 'Newest.'],
        ['b', NOW, 'Older.'],
      ] as const) {
        await choose(test, key);
        const trouble = { ...TROUBLE, why };
        await store.cases.giveBack(await take(test), { attempts: 4, dueAt: NOW, failedAt, trouble });
      }
      assert.equal(await store.cases.claim(workerId, NOW + 9), null);
      assert.deepEqual(await store.cases.state(projectId), {
        waiting: 0,
        nextAt: null,
        failed: 2,
        troubles: [{ ...TROUBLE, why: 'Newest.', waiting: 0, failed: 2 }],
      });
      assert.equal(await store.cases.retry(projectId, NOW + 5), 2);
      assert.equal(await store.cases.claim(workerId, NOW + 4), null);
      assert.equal((await store.cases.claim(workerId, NOW + 5))?.attempts, 0);
    },
  );

  fact('a project that is to wait gives nothing, and others go on', async (test) => {
    const { store, projectId } = test;
    await choose(test, 'a', 1_000);
    await choose(test, 'b', 1_001);
    const other = await store.projects.ensure('other', NOW);
    await choose({ ...test, projectId: other.id }, 'c', 1_002);
    await store.cases.postpone(await take(test), NOW + 100, TROUBLE);
    const next = await take(test);
    assert.equal(next.projectId, other.id);
    await store.cases.drop(next);
    assert.equal(await store.cases.claim(test.workerId, NOW), null);
    const { waiting, nextAt } = await store.cases.state(projectId);
    assert.deepEqual([waiting, nextAt], [2, NOW + 100]);
    assert.equal((await store.cases.claim(test.workerId, NOW + 100))?.attempts, 0);
  });

  fact('a case goes with its answer, with one that takes its place, and with time', async (test) => {
    const { store, projectId } = test;
    for (const key of ['dropped', 'replaced', 'old']) await choose(test, key);
    const dropped = await store.answers.findByKey(projectId, 'dropped');
    await store.answers.drop(projectId, { answerId: dropped?.id as number });
    await store.answers.put(answerOf({ projectId, key: 'replaced', createdAt: 2_000 }), null);
    assert.equal((await store.cases.state(projectId)).waiting, 1);
    await choose(test, 'replaced', 3_000);
    assert.equal((await store.cases.state(projectId)).waiting, 2);
    await store.cases.sweep(2_500);
    assert.equal((await take(test)).madeAt, 3_000);
    assert.equal((await store.cases.state(projectId)).waiting, 1);
  });

  fact('no more wait in a project than a sample needs', async (test) => {
    const { store, projectId } = test;
    for (let i = 0; i < MOST_CASES_WAITING; i += 50)
      await Promise.all(Array.from({ length: 50 }, (_, j) => choose(test, `k${i + j}`)));
    await choose(test, 'too many');
    assert.equal((await store.cases.state(projectId)).waiting, MOST_CASES_WAITING);
  });
}

const NOTHING = { waiting: 0, nextAt: null, failed: 0, troubles: [] };

function judged(projectId: number) {
  const marks = { faithful: 90, complete: 40, why: 'Fine.' };
  return { projectId, key: 'a', madeAt: 1_000, ...marks, judge: 'openai:small', tokens: 1, judgedAt: NOW };
}

async function choose({ store, projectId }: TestStore, key: string, createdAt = 1_000): Promise<void> {
  await store.answers.put(answerOf({ projectId, key, createdAt, isToBeJudged: true }), null);
}

async function take({ store, workerId }: TestStore): Promise<JudgingCase> {
  const claimed = await store.cases.claim(workerId, NOW);
  assert.ok(claimed !== null);
  return claimed;
}

function register({ store }: TestStore): Promise<number> {
  return store.workers.register({ host: 'h', pid: 2, version: '0', role: 'worker' }, NOW);
}
