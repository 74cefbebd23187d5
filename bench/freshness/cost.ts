import { setImmediate } from 'node:timers/promises';
import { EditedWorld } from '../../tests/support/edited-world.ts';
import { History, makeDocuments, makeQuestions } from '../../tests/support/edits.ts';
import { seeded } from '../../tests/support/random.ts';
import type { StoreKind } from '../../tests/support/stores.ts';
import { percentile, print, row } from '../figures.ts';

export interface Cost {
  readonly on: StoreKind;
  readonly seed: number;
  readonly documents: number;
  /** Cached, of different questions. */
  readonly answers: number;
}

const EDITS = 40;
const AT_ONCE = 40;
const AT_REST = 20_000;
/** Asked while edits go on. */
const HOT = 500;
const NEVER = new AbortController().signal;

/** What invalidation adds to an edit, and what an edit adds to a warm ask. */
export async function measureCost(what: Cost): Promise<void> {
  print(`${what.answers.toLocaleString('en')} cached answers, ${EDITS} edits one by one`);
  const probed = await measureEdits(what, true);
  const bare = await measureEdits(what, false);
  row('an edit, from upload to visible, p50', [percentile(probed.edits, 0.5)], 'ms');
  row('the same with nobody looking for suspects, p50', [percentile(bare.edits, 0.5)], 'ms');
  row('an edit, p95', [percentile(probed.edits, 0.95)], 'ms');
  row('the same with nobody looking for suspects, p95', [percentile(bare.edits, 0.95)], 'ms');
  row('looking for suspects and enrolling, p50', [percentile(probed.looks, 0.5)], 'ms');
  row('the same, p95', [percentile(probed.looks, 0.95)], 'ms');
  row('the first look after a start', [probed.first], 'ms');
  row('warm ask at rest, p99', [percentile(probed.atRest, 0.99)], 'ms');
  row('warm ask while edits are ingested, p99', [percentile(probed.meanwhile, 0.99)], 'ms');
  row('the same with nobody looking for suspects', [percentile(bare.meanwhile, 0.99)], 'ms');
  print();
}

interface Measured {
  readonly edits: readonly number[];
  readonly looks: readonly number[];
  readonly first: number;
  readonly atRest: readonly number[];
  readonly meanwhile: readonly number[];
}

async function measureEdits(what: Cost, isProbing: boolean): Promise<Measured> {
  const random = seeded(what.seed);
  const world = await EditedWorld.open(what.on, isProbing);
  try {
    const documents = makeDocuments(random, what.documents);
    await world.put(documents);
    const { ask } = world.editor;
    const questions = makeQuestions(random, what.answers);
    for (let at = 0; at < questions.length; at += AT_ONCE)
      await Promise.all(questions.slice(at, at + AT_ONCE).map((question) => ask(question)));
    const projects = await world.editor.store.projects.list();
    const first = await timed(() => world.editor.probe.catchUp(projects, NEVER));
    const hot = questions.slice(0, HOT);
    const atRest: number[] = [];
    for (let n = 0; n < AT_REST; n += 1) atRest.push(await timed(() => ask(hot[n % HOT] as string)));
    const history = new History(random, documents);
    const [edits, meanwhile]: [number[], number[]] = [[], []];
    for (let n = 0; n < EDITS; n += 1) {
      const edit = history.next();
      let isOver = false;
      const asking = askUntil(
        () => isOver,
        (at) => ask(hot[at % HOT] as string),
      );
      edits.push(await timed(() => world.edit(edit)));
      isOver = true;
      meanwhile.push(...(await asking));
      // Suspects are looked at by their next ask: what is measured is warm.
      for (const question of hot) await ask(question);
    }
    return { edits, looks: world.looks.slice(-EDITS), first, atRest, meanwhile };
  } finally {
    await world.close();
  }
}

/**
 * From when a question comes, in whatever turn of the event loop that is, to its answer. Hits only: what an edit touches
 * is looked at again, and made again, which is not a warm ask.
 */
async function askUntil(
  isOver: () => boolean,
  ask: (n: number) => Promise<{ cache: { status: string } }>,
): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; !isOver(); n += 1) {
    const from = performance.now();
    await setImmediate();
    const { cache } = await ask(n);
    if (cache.status === 'hit') took.push(performance.now() - from);
  }
  return took;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
