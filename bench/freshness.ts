import { parseArgs } from 'node:util';
import { machine, print } from './figures.ts';
import { measureCost } from './freshness/cost.ts';
import { measureExactness } from './freshness/exactness.ts';

/**
 * How exactly answers follow the documents, beside what others do; and what that costs a warm ask and an edit.
 * `npm run bench -- freshness [--on postgres] [--edits 500] [--documents 45] [--questions 1000] [--asks 200] [--answers 10000] [--seed 1]`
 */
export async function benchFreshness(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      on: { type: 'string', default: 'sqlite' },
      seed: { type: 'string', default: '1' },
      edits: { type: 'string', default: '500' },
      documents: { type: 'string', default: '45' },
      questions: { type: 'string', default: '1000' },
      asks: { type: 'string', default: '200' },
      answers: { type: 'string', default: '10000' },
    },
  });
  const on = values.on === 'postgres' ? 'postgres' : 'sqlite';
  const [seed, edits, documents, questions, asks, answers] = [
    values.seed,
    values.edits,
    values.documents,
    values.questions,
    values.asks,
    values.answers,
  ].map(Number) as [number, number, number, number, number, number];
  print(`freshness on ${on}: ${machine()}\n`);
  if (edits > 0) await measureExactness({ on, seed, edits, documents, questions, asks });
  if (answers > 0) await measureCost({ on, seed, documents, answers });
}
