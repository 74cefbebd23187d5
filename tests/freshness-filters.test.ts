import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOvertaken } from '#core/freshness/overtaken.ts';
import { Fault } from '#domain/fault.ts';
import { filterText, tidyFilter } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { EditedWorld } from './support/edited-world.ts';
import type { Asking, EditedProcess } from './support/edited-world.ts';
import { History, makeDocuments, makeQuestions } from './support/edits.ts';
import type { EditedDocument } from './support/edits.ts';
import { seeded, seeds } from './support/random.ts';
import { STORES } from './support/stores.ts';
import type { StoreKind } from './support/stores.ts';

const DOCUMENTS = 16;
const QUESTIONS = 5;
const EDITS = 8;
const RACED_EDITS = 6;
const ASKERS = 4;
const TAGS = ['hr', 'pay', 'Büro'];

type Random = () => number;
type Filtered = Exclude<Asking, string>;

const [seed = 0] = seeds(1);

for (const on of STORES) {
  test(`whatever is edited and tagged, an answer that keeps to documents or tags is what these say, and none is made again in vain, on ${on} (PREHEAT_TEST_SEED=${seed})`, async (t) => {
    const { world, random, asked, change } = await open(t, on);
    const processes = [await world.process(), await world.process()] as const;
    const said = new Map<Asking, string>();
    for (const process of processes) for (const one of asked) said.set(one, await textOf(process, one));
    world.generator.calls = 0;
    let changed = 0;
    for (let n = 0; n < EDITS; n += 1) {
      const what = await change();
      for (const one of asked) {
        const process = random() < 0.5 ? processes[0] : processes[1];
        if (!(await isAskable(world, one))) continue;
        const { text } = await process.truth(one);
        assert.equal(await textOf(process, one), text, `after ${what}: ${named(one)}`);
        changed += Number(said.get(one) !== text);
        said.set(one, text);
      }
    }
    assert.equal(world.generator.calls, changed, 'made again: those whose evidence changed');
    assert.deepEqual(errorsOf(world), []);
  });

  test(`asks with filters, warming, edits and other tags at once, on ${on}: nobody is served what was overtaken when they asked (PREHEAT_TEST_SEED=${seed})`, async (t) => {
    const { world, random, asked, change } = await open(t, on);
    world.generator.think = () => sleep(random() * 6);
    const processes = [await world.process(), await world.process()] as const;
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    let isOver = false;
    const edit = async () => {
      for (let n = 0; n < RACED_EDITS; n += 1) await change();
      isOver = true;
    };
    const press = async () => {
      while (!isOver) await pick(BUTTONS)(pick(processes), pick(asked)).catch(refuseUnexpected);
    };
    await Promise.all([edit(), ...Array.from({ length: ASKERS }, press)]);
    for (const process of processes)
      for (const one of asked) await askAndCheck(process, one).catch(refuseUnexpected);
    assert.deepEqual(errorsOf(world), []);
  });
}

test('a change of a document touches no answer that does not see it, whatever it says', async (t) => {
  const world = await EditedWorld.open('sqlite');
  t.after(() => world.close());
  const filler = makeDocuments(seeded(2), 12);
  await world.put([...filler, { ...dogs('hr.md', 'Dogs are welcome.'), tags: ['hr'] }]);
  const process = await world.process();
  const question = 'When are dogs welcome?';
  const inHr = (await process.ask({ question, filter: tags('hr') })).answer;
  const inAll = (await process.ask(question)).answer;
  const better = dogs('pay.md', 'When are dogs welcome? Dogs are welcome on Fridays.');
  await world.put([{ ...better, tags: ['pay'] }]);
  assert.deepEqual(await touched(world), [inAll.id]);
  assert.equal((await process.ask({ question, filter: tags('hr') }, 'only')).answer.id, inHr.id);
  // It says the same, and is seen now.
  await world.retag('pay.md', ['hr', 'pay']);
  assert.deepEqual(await touched(world), [inHr.id]);
  const { text } = await process.truth({ question, filter: tags('hr') });
  assert.notEqual(text, inHr.text);
  assert.equal((await process.ask({ question, filter: tags('hr') })).answer.text, text);
  // Nobody keeps to this tag.
  await world.retag('pay.md', ['hr', 'other', 'pay']);
  assert.deepEqual(await touched(world), []);
  await world.retag('pay.md', ['pay']);
  assert.deepEqual(await touched(world), [inHr.id]);
  assert.equal((await process.ask({ question, filter: tags('hr') })).answer.text, inHr.text);
});

test('the same question with another filter is another answer, and one form of a filter is like another', async (t) => {
  const world = await EditedWorld.open('sqlite');
  t.after(() => world.close());
  await world.put([
    { ...dogs('hr.md', 'Dogs are welcome.'), tags: ['hr'] },
    { ...dogs('pay.md', 'Dogs are welcome for a fee.'), tags: ['pay'] },
  ]);
  const { ask } = await world.process();
  const question = 'When are dogs welcome?';
  const ids = new Set<number>();
  for (const filter of [tags('hr'), tags('pay'), tags('hr', 'pay'), tags('none')])
    ids.add((await ask({ question, filter })).answer.id);
  ids.add((await ask(question)).answer.id);
  assert.equal(ids.size, 5);
  const again = await ask({ question: 'when are DOGS welcome', filter: tags('pay', ' hr', 'pay') });
  assert.equal(again.cache.status, 'hit');
  assert.equal((await ask({ question, filter: tags('none') })).answer.found, false);
});

test('a document that is not there cannot be kept to', async (t) => {
  const world = await EditedWorld.open('sqlite');
  t.after(() => world.close());
  await world.put([dogs('a.md', 'Dogs are welcome.'), dogs('b.md', 'Cats are not.')]);
  const { ask, warm } = await world.process();
  const filter = { documents: [999], tags: [] };
  for (const asking of [ask({ question: 'Dogs?', filter }), warm({ question: 'Dogs?', filter })])
    await assert.rejects(asking, (error) => error instanceof Fault && error.kind === 'not_found');
});

/** A handbook with tags, questions with filters, and a way to change the one under the other. */
async function open(t: TestContext, on: StoreKind) {
  const random = seeded(seed);
  const world = await EditedWorld.open(on);
  t.after(() => world.close());
  const documents = makeDocuments(random, DOCUMENTS).map((each) => ({ ...each, tags: someTags(random) }));
  await world.put(documents);
  const idOf = async ({ name }: EditedDocument): Promise<number> =>
    (await world.editor.store.documents.findBy(world.projectId, { name }))?.id as number;
  const ids = await Promise.all(documents.map(idOf));
  const filters: PassageFilter[] = [
    ...TAGS.map((tag) => tags(tag)),
    tags('hr', 'Büro'),
    { documents: ids.slice(0, 4), tags: [] },
    { documents: ids.slice(2, 9), tags: ['hr', 'pay'] },
  ];
  const asked = makeQuestions(random, QUESTIONS).flatMap((question) =>
    filters.map((filter): Filtered => ({ question, filter })),
  );
  const history = new History(random, documents);
  const names = documents.map(({ name }) => name);
  const change = async (): Promise<string> => {
    if (random() < 0.4) {
      const name = names[Math.floor(random() * names.length)] as string;
      const given = someTags(random);
      await world.retag(name, given);
      return `${name} was tagged ${given.join(', ')}`;
    }
    const edit = history.next();
    // Some versions bring tags of their own, and others keep those that are there.
    const put = edit.put !== null && random() < 0.3 ? { ...edit.put, tags: someTags(random) } : edit.put;
    if (put !== null) names.push(put.name);
    await world.edit({ ...edit, put: edit.kind === 'revert' ? edit.put : put });
    return edit.kind;
  };
  return { world, random, asked, change };
}

const BUTTONS: readonly ((process: EditedProcess, one: Filtered) => Promise<void>)[] = [
  (process, one) => askAndCheck(process, one),
  (process, one) => askAndCheck(process, one),
  (process, one) => askAndCheck(process, one, 'only'),
  ({ warm }, one) => warm(one),
  async ({ answering, store, ask }, one) => {
    const { answer } = await ask(one);
    const found = await store.answers.find(answer.projectId, answer.id);
    if (found !== null) await isOvertaken(answering, found, AbortSignal.timeout(120_000));
  },
];

/** Between two looks at the truth that are one version apart or none, an answer is what one of them says. */
async function askAndCheck(
  { ask, truth }: EditedProcess,
  one: Filtered,
  cache: 'use' | 'only' = 'use',
): Promise<void> {
  const before = await truth(one);
  const { answer, cache: how } = await ask(one, cache);
  const later = await truth(one);
  if (later.version > before.version + 1) return;
  assert.ok(
    [before.text, later.text].includes(answer.text),
    `${named(one)} (${how.status}, made at ${answer.corpusVersion}, asked between ${before.version} and ${later.version})`,
  );
}

/** What an ask may honestly meet while documents change and go. */
const EXPECTED = new Set(['not_cached', 'corpus_moving', 'not_found']);

function refuseUnexpected(error: unknown): void {
  if (!(error instanceof Fault && EXPECTED.has(error.code))) throw error;
}

async function isAskable({ editor, projectId }: EditedWorld, { filter }: Filtered): Promise<boolean> {
  for (const id of filter.documents)
    if ((await editor.store.documents.find(projectId, id)) === null) return false;
  return true;
}

async function textOf({ ask }: EditedProcess, one: Asking): Promise<string> {
  return (await ask(one)).answer.text;
}

/** Ids of the answers that the newest change touched. */
async function touched({ editor, projectId }: EditedWorld): Promise<number[]> {
  const { carried } = editor.store;
  const page = { limit: 100, cursor: null };
  const [newest] = (await carried.changes(projectId, {}, page)).items;
  assert.equal(newest?.reach, 'probed');
  const { items } = await carried.touched(projectId, newest.corpusVersion, page);
  return items.map(({ answerId }) => answerId);
}

function errorsOf({ queue }: EditedWorld): string[] {
  return queue.logged.filter((line) => line.startsWith('error'));
}

function someTags(random: Random): string[] {
  return TAGS.filter(() => random() < 0.4).toSorted();
}

function tags(...given: string[]): PassageFilter {
  return tidyFilter({ documents: [], tags: given }) as PassageFilter;
}

function named({ question, filter }: Filtered): string {
  return `${question} ${filterText(filter)}`;
}

function dogs(name: string, text: string): EditedDocument {
  return { name, sections: [{ heading: 'Dogs', paragraphs: [text] }] };
}
