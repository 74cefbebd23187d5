import { AnswerWorld } from '../tests/support/answers.ts';
import { percentile, print, row } from './figures.ts';

const QUESTIONS = 1_000;
const ROUNDS = 100;
const RUNS = 5;

/**
 * A warm ask without HTTP: the question's key, the memory tier, and one read of the corpus version from a SQLite
 * file. One after another, so that nothing is shared; then 32 at a time, as a busy server has them.
 */
export async function benchAskCore(): Promise<void> {
  const world = new AnswerWorld();
  const { ask } = await world.open();
  const questions = Array.from(
    { length: QUESTIONS },
    (_, n) => `How many days of leave do I get in year ${n}?`,
  );
  await Promise.all(questions.map((question) => ask(question)));
  const alone: number[] = [];
  const together: number[] = [];
  const worst: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const each = await oneByOne(questions, ask);
    alone.push((each.reduce((sum, ms) => sum + ms, 0) / each.length) * 1_000);
    worst.push(percentile(each, 0.99) * 1_000);
    together.push(await inCrowds(questions, ask));
  }
  await world.close();
  print(`\nwithout HTTP: ${QUESTIONS} different warm questions, ${ROUNDS} rounds, ${RUNS} runs`);
  row('warm ask, one after another, mean', alone, 'µs');
  row('the same, 99th percentile', worst, 'µs');
  row('warm ask, 32 at a time, each', together, 'µs');
}

type Ask = (question: string) => Promise<unknown>;

async function oneByOne(questions: readonly string[], ask: Ask): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const question of questions) {
      const from = performance.now();
      await ask(question);
      took.push(performance.now() - from);
    }
  }
  return took;
}

async function inCrowds(questions: readonly string[], ask: Ask): Promise<number> {
  const from = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let at = 0; at < questions.length; at += 32)
      await Promise.all(questions.slice(at, at + 32).map(ask));
  }
  return ((performance.now() - from) * 1_000) / (ROUNDS * questions.length);
}
