import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HourChanges } from '#domain/hour.ts';
import { HitCounter } from './hit-counter.ts';

const ANSWER = {
  id: 7,
  projectId: 1,
  tookMs: 20,
  usage: { inputTokens: 3, outputTokens: 1, costMicros: null },
};
const asked = (question: string) => ({ key: question.toLowerCase(), question });
const turn = () => new Promise(setImmediate);

type Tally = Omit<HourChanges, 'completed' | 'failed' | 'skipped'>;

/** A counter over a store that refuses what `refuses` names. */
function begin() {
  const refuses = { answers: false, projects: new Set<number>() };
  const answers = new Map<number, number>();
  const projects = new Map<number, Required<Tally>>();
  const missed = new Map<string, number>();
  const errors: unknown[] = [];
  const counter = new HitCounter({
    store: {
      answers: {
        countHits: async (hits) => {
          if (refuses.answers) throw new Error('busy');
          for (const { answerId, hits: n } of hits) answers.set(answerId, (answers.get(answerId) ?? 0) + n);
        },
      },
      hours: {
        add: async (projectId, { hits = 0, misses = 0, savedMs = 0, savedTokens = 0 }) => {
          if (refuses.projects.has(projectId)) throw new Error('busy');
          const before = projects.get(projectId) ?? { hits: 0, misses: 0, savedMs: 0, savedTokens: 0 };
          projects.set(projectId, {
            hits: before.hits + hits,
            misses: before.misses + misses,
            savedMs: before.savedMs + savedMs,
            savedTokens: before.savedTokens + savedTokens,
          });
        },
      },
      misses: {
        count: async (projectId, questions) => {
          if (refuses.projects.has(projectId)) throw new Error('busy');
          for (const { key, misses } of questions) missed.set(key, (missed.get(key) ?? 0) + misses);
        },
      },
    },
    now: () => 0,
    onError: (error) => void errors.push(error),
  });
  return { counter, refuses, answers, projects, missed, errors };
}

test('what the store refuses is kept, what it took is not counted twice', async () => {
  const { counter, refuses, answers, projects, missed } = begin();
  refuses.answers = true;
  refuses.projects.add(1);
  counter.hit(ANSWER);
  counter.miss(1, asked('Why'));
  counter.miss(2, null);
  await assert.rejects(counter.flush(), /busy/);
  assert.deepEqual([[...answers], [...projects.keys()]], [[], [2]]);
  counter.hit(ANSWER);
  refuses.answers = false;
  refuses.projects.clear();
  await counter.flush();
  await counter.flush();
  assert.deepEqual([...answers], [[7, 2]]);
  assert.deepEqual(projects.get(1), { hits: 2, misses: 1, savedMs: 40, savedTokens: 8 });
  assert.deepEqual(projects.get(2), { hits: 0, misses: 1, savedMs: 0, savedTokens: 0 });
  assert.deepEqual([...missed], [['why', 1]]);
});

test('a flush that failed is tried again, though nothing more is counted', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { counter, refuses, answers, projects, errors } = begin();
  refuses.answers = true;
  refuses.projects.add(1);
  counter.hit(ANSWER);
  t.mock.timers.tick(1_000);
  await turn();
  assert.equal(errors.length, 1);
  refuses.answers = false;
  refuses.projects.clear();
  t.mock.timers.tick(1_000);
  await turn();
  assert.deepEqual([answers.get(7), projects.get(1)?.hits, errors.length], [1, 1, 1]);
});

test('closed, it hands over what it can once, and keeps no timer', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { counter, refuses, errors } = begin();
  refuses.answers = true;
  refuses.projects.add(1);
  counter.hit(ANSWER);
  await assert.rejects(counter.close(), /busy/);
  t.mock.timers.tick(5_000);
  await turn();
  assert.deepEqual(errors, []);
});

test('of a flood of different questions between two flushes only the first are written down', async () => {
  const { counter, missed, projects } = begin();
  for (let n = 0; n < 2_000; n += 1) counter.miss(1, asked(`Question ${n % 1_000}`));
  await counter.flush();
  assert.equal(projects.get(1)?.misses, 2_000, 'each is counted');
  assert.equal(missed.size, 500);
  assert.equal(missed.get('question 0'), 2);
});
