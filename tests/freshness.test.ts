import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '#ports/store/store.ts';
import { EditedWorld } from './support/edited-world.ts';
import type { EditedProcess } from './support/edited-world.ts';
import { History, makeDocuments, makeQuestions } from './support/edits.ts';
import { seeded, seeds } from './support/random.ts';
import { STORES } from './support/stores.ts';

const DOCUMENTS = 20;
const QUESTIONS = 40;
const EDITS = 16;

for (const on of STORES) {
  const [seed = 0] = seeds(1);
  test(
    `whatever is edited, nobody is served what the documents have overtaken, and no answer is made again in vain, on ${on} (PREHEAT_TEST_SEED=${seed})`,
    { timeout: 240_000 },
    async (t) => {
      const random = seeded(seed);
      const world = await EditedWorld.open(on);
      t.after(() => world.close());
      const documents = makeDocuments(random, DOCUMENTS);
      const questions = makeQuestions(random, QUESTIONS);
      await world.put(documents);
      const processes = [await world.process(), await world.process()] as const;
      const said = new Map<string, string>();
      for (const { ask } of processes)
        for (const question of questions) said.set(question, (await ask(question)).answer.text);
      world.generator.calls = 0;
      const history = new History(random, documents);
      let changed = 0;
      for (let n = 0; n < EDITS; n += 1) {
        const edit = history.next();
        await world.edit(edit);
        for (const question of questions) {
          const { ask, truth } = random() < 0.5 ? processes[0] : processes[1];
          const { text } = await truth(question);
          const { answer } = await ask(question);
          assert.equal(answer.text, text, `after edit ${n} (${edit.kind}): ${question}`);
          changed += Number(said.get(question) !== answer.text);
          said.set(question, answer.text);
        }
      }
      assert.equal(world.generator.calls, changed, 'made again: those whose evidence changed');
      await checkReach(world, processes[0]);
    },
  );
}

test('an answer follows its evidence into a renamed document: a change of that touches it', async (t) => {
  const world = await EditedWorld.open('sqlite');
  t.after(() => world.close());
  const section = (heading: string, ...paragraphs: string[]) => ({ heading, paragraphs });
  const dogs = section('Dogs', 'Dogs are welcome on Fridays.', 'They stay in the yard.');
  const more = section('Dogs', 'A dog needs a licence.');
  const filler = makeDocuments(seeded(1), 12);
  await world.put([
    ...filler,
    { name: 'a.md', sections: [dogs, section('Cats', 'Cats stay at home.'), more] },
  ]);
  const process = await world.process();
  const question = 'When are dogs welcome, and what licence does a dog need?';
  await process.ask(question);
  const { citations } = (await process.ask(question)).answer;
  assert.equal(citations[0]?.document, 'a.md');
  await world.edit({
    kind: 'rename',
    remove: 'a.md',
    put: { name: 'b.md', sections: [dogs, section('Cats', 'Cats stay at home.'), more] },
  });
  const renamed = await process.ask(question);
  assert.equal(renamed.answer.citations[0]?.document, 'b.md');
  // The two passages stand side by side now, and are joined: nothing came or went.
  await world.put([{ name: 'b.md', sections: [dogs, more, section('Cats', 'Cats stay at home.')] }]);
  const { text } = await process.truth(question);
  assert.notEqual(text, renamed.answer.text);
  assert.equal((await process.ask(question)).answer.text, text);
});

test('a probe that caught up at the start reads no answers at the first change, and finds the same', async (t) => {
  const random = seeded(1);
  const world = await EditedWorld.open('sqlite');
  t.after(() => world.close());
  await world.put(makeDocuments(random, DOCUMENTS));
  const { ask, store } = await world.process();
  const questions = makeQuestions(random, QUESTIONS);
  for (const question of questions) await ask(question);
  const { items } = await store.documents.list(world.projectId, {}, { limit: 1, cursor: null });
  const change = { documentId: items[0]?.id ?? 0 };
  const cold = await world.editor.probe.carry(world.projectId, change);
  let reads = 0;
  const carried: Store['carried'] = {
    ...store.carried,
    enrolled: (projectId, request) => {
      reads += 1;
      return store.carried.enrolled(projectId, request);
    },
  };
  const probe = world.probeOf({ ...store, carried });
  const caughtUp = await probe.catchUp(await store.projects.list(), new AbortController().signal);
  assert.deepEqual([caughtUp, reads], [questions.length, 1]);
  assert.deepEqual(await probe.carry(world.projectId, change), cold);
  assert.ok(cold !== null && cold.suspects.length > 0);
  assert.equal(reads, 1);
});

/** The probe spares most answers, and the errors that it may survive did not happen. */
async function checkReach({ projectId, queue }: EditedWorld, { store }: EditedProcess): Promise<void> {
  const { items } = await store.carried.changes(projectId, {}, { limit: EDITS, cursor: null });
  const probed = items.filter(({ reach, answers }) => reach === 'probed' && answers > 0);
  assert.ok(probed.length > 0, 'some changes begin no epoch');
  const touched = probed.reduce((sum, each) => sum + each.touched, 0);
  const answers = probed.reduce((sum, each) => sum + each.answers, 0);
  assert.ok(touched < answers / 2, `${touched} of ${answers} were touched`);
  assert.deepEqual(
    queue.logged.filter((line) => line.startsWith('error')),
    [],
  );
}
