import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Retrieval } from '#core/documents/retrieve-passages.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { EditedWorld } from './support/edited-world.ts';
import type { EditedProcess } from './support/edited-world.ts';
import { History, makeDocuments, makeQuestions } from './support/edits.ts';
import type { EditedDocument, Section } from './support/edits.ts';
import { seeded, seeds } from './support/random.ts';
import { STORES } from './support/stores.ts';

const DOCUMENTS = 24;
const QUESTIONS = 20;
const EDITS = 8;
const ASKED_EACH = 3;
const TAGS = ['hr', 'Büro', '日本'];

const [seed = 0] = seeds(1);

/** Names, letters and signs that databases order, fold and store in ways of their own. */
const FOREIGN: readonly EditedDocument[] = [
  document('größe.md', 'Größe', 'Die Größe der Büros beträgt 14 m². STRASSE und Straße sind eins.'),
  document('ΣΊΣΥΦΟΣ.md', 'Άδεια', 'Η άδεια διαρκεί 25 ημέρες. Ο ΣΊΣΥΦΟΣ και ο Σίσυφος εργάζονται μαζί.'),
  document('istanbul.md', 'İzin', 'İZİN süresi 20 gündür; ılık ve Ilık ayrı yazılır.'),
  document('休暇.md', '休暇', '休暇は一年に二十五日です。東京の事務所は九時に開きます。'),
  document('café-nfc.md', 'Caf\u00e9', 'The caf\u00e9 opens at nine and the cr\u00e8me is free.'),
  document('café-nfd.md', 'Cafe\u0301', 'The cafe\u0301 opens at nine and the cre\u0300me is free.'),
  document('emoji 🎉.md', 'Party 🎉', 'The party 🎉 is on the 5th; bring 👩‍👩‍👧 along. %_\\ \'quoted\' "too".'),
];
/** The same words under three names: only where they stand tells them apart. */
const TWINS = ['b-twin.md', 'A-twin.md', 'ä-twin.md'].map((name) =>
  document(name, 'Parking', 'Cars park in the yard behind the hall.', 'Bicycles stand in the shed.'),
);
const FOREIGN_QUESTIONS = [
  'Wie groß sind die Büros?',
  'strasse',
  'Πόσο διαρκεί η άδεια του Σίσυφου;',
  'izin kaç gün?',
  '休暇は何日ですか',
  'When does the caf\u00e9 open?',
  'When does the cafe\u0301 open?',
  'party 🎉 👩‍👩‍👧',
  'Where do cars park, and where do bicycles stand?',
  "100%_ \\ 'quoted'",
  'the',
];

test(
  `the same documents, edits and questions give the same passages with the same scores on every store (PREHEAT_TEST_SEED=${seed})`,
  { skip: STORES.length < 2, timeout: 240_000 },
  async (t) => {
    const told: Map<string, unknown>[] = [];
    for (const on of STORES) {
      const world = await EditedWorld.open(on);
      t.after(() => world.close());
      told.push(await tell(world));
    }
    const [first, ...rest] = told as [Map<string, unknown>, ...Map<string, unknown>[]];
    assert.ok(first.size > EDITS * ASKED_EACH);
    for (const other of rest) {
      assert.equal(other.size, first.size);
      for (const [asked, found] of first) assert.deepEqual(other.get(asked), found, asked);
    }
  },
);

/** Plays the story on a store, and tells what retrieval gave on the way. */
async function tell(world: EditedWorld): Promise<Map<string, unknown>> {
  const random = seeded(seed);
  const told = new Map<string, unknown>();
  const tagged = makeDocuments(random, DOCUMENTS).map((each, i) => ({ ...each, tags: tagsOf(i) }));
  const documents = [...tagged, ...FOREIGN.map((each, i) => ({ ...each, tags: tagsOf(i) })), ...TWINS];
  const questions = [...FOREIGN_QUESTIONS, ...makeQuestions(random, QUESTIONS)];
  const process = await world.process();
  for (const one of documents) await world.put([one]);
  const epochs = new Set<number>();
  const look = async (when: string, question: string): Promise<void> => {
    for (const [name, filter] of Object.entries(await filtersOf(process, world.projectId))) {
      const found = await process.retrieve(question, filter);
      epochs.add(found.epoch);
      told.set(`${when}, ${name}: ${question}`, comparable(found));
    }
  };
  for (const question of questions) await look('at first', question);
  const history = new History(random, tagged);
  for (let n = 0; n < EDITS; n += 1) {
    await world.edit(history.next());
    for (let i = 0; i < ASKED_EACH; i += 1) {
      const question = questions[Math.floor(random() * questions.length)] as string;
      await look(`after edit ${n}`, question);
    }
  }
  await world.editor.store.documents.recount(world.projectId, Date.now());
  for (const question of questions) await look('recounted', question);
  assert.ok(epochs.size > 1, `epochs: ${[...epochs].join(', ')}`);
  return told;
}

async function filtersOf(
  { store }: EditedProcess,
  projectId: number,
): Promise<Record<string, PassageFilter>> {
  const idOf = async (name: string): Promise<number> =>
    (await store.documents.findBy(projectId, { name }))?.id as number;
  const [one, other] = [await idOf('größe.md'), await idOf('A-twin.md')];
  return {
    all: NO_FILTER,
    'by tag': { documents: [], tags: ['Büro'] },
    'by tags': { documents: [], tags: ['日本', 'hr'] },
    'by document': { documents: [other, one], tags: [] },
    'by both': { documents: [one, other], tags: ['hr'] },
  };
}

/** Everything but the ids of rows, which are each database's own. */
function comparable({ passages, floor, epoch, corpusVersion, asked }: Retrieval): unknown {
  const shown = passages.map(({ documentName, headings, page, paragraphs, tokens, score }) => {
    return { documentName, headings, page, paragraphs, tokens, score };
  });
  return { passages: shown, floor, epoch, corpusVersion, embedder: asked.embedder, vector: asked.vector };
}

function tagsOf(i: number): string[] {
  return TAGS.filter((_, n) => (i + n) % (n + 2) === 0);
}

function document(name: string, heading: string, ...paragraphs: string[]): EditedDocument {
  const section: Section = { heading, paragraphs };
  return { name, sections: [section] };
}
