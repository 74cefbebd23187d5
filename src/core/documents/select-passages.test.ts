import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexedChunk } from '#domain/document.ts';
import { isNearDuplicate } from './near-duplicate.ts';
import { PassageSelection } from './select-passages.ts';

const LEAVE =
  'Everybody has twenty-six days of paid leave a year, and the public holidays come on top of that. ' +
  'Leave is booked in Sundial at least two weeks ahead, and your manager answers within three working days.';

test('the same text in two documents is shown once, at its better place', () => {
  const selection = select([
    chunk(1, LEAVE),
    chunk(2, 'Something else.'),
    chunk(3, `${LEAVE} `, { documentId: 2 }),
  ]);
  assert.deepEqual(idsOf(selection), [1, 2]);
  assert.equal(selection.isFull, false);
});

test('texts that differ in a number or in a negation are both shown', () => {
  const other = LEAVE.replace('three', '3');
  const negated = LEAVE.replace('is booked', 'is not booked');
  assert.deepEqual(idsOf(select([chunk(1, LEAVE), chunk(2, other), chunk(3, negated)])), [1, 2, 3]);
});

test('texts that differ in a day, an order or a name are both shown', () => {
  const texts = [
    'second Friday of June',
    'third Friday of June',
    'second Monday of June',
    'second Friday of July',
  ];
  const party = (when: string, where: string): string =>
    `The summer party takes place in the garden of the ${where} office on the ${when}, and everyone who works here is ` +
    'warmly invited to come along with family and friends for food, music and games until late in the evening.';
  const chunks = [...texts.map((when) => party(when, 'Lyon')), party('second Friday of June', 'Porto')];
  assert.deepEqual(idsOf(select(chunks.map((text, i) => chunk(i + 1, text)))), [1, 2, 3, 4, 5]);
  const [one, other] = ['late', 'very late'].map((late) => (chunks[0] ?? '').replace('late', late));
  assert.deepEqual(idsOf(select([chunk(1, one ?? ''), chunk(2, other ?? '')])), [1]);
});

test('a few other words make no other text', () => {
  const a = chunk(1, `${LEAVE} ${LEAVE.toUpperCase()} ${LEAVE}`);
  const b = chunk(2, `${LEAVE} ${LEAVE} ${LEAVE.replace('your manager', 'the manager')}`);
  assert.ok(isNearDuplicate(a, b));
  assert.ok(!isNearDuplicate(a, chunk(3, `${LEAVE} ${'Quite another matter follows here. '.repeat(12)}`)));
});

test('short texts mean what their headings say', () => {
  const monday = chunk(1, 'Closed.', { headings: ['Hours', 'Monday'] });
  const tuesday = chunk(2, 'Closed.', { headings: ['Hours', 'Tuesday'] });
  assert.ok(!isNearDuplicate(monday, tuesday));
  assert.ok(isNearDuplicate(monday, chunk(3, 'Closed!', { headings: ['Times', 'Monday'] })));
});

test('chunks that stand side by side under one heading become one passage, in the order of reading', () => {
  const selection = select([
    chunk(5, 'The middle.', { number: 2 }),
    chunk(9, 'Elsewhere.', { number: 9 }),
    chunk(6, 'The end.', { number: 3 }),
    chunk(4, 'The beginning.', { number: 1 }),
    chunk(7, 'Under another heading.', { number: 4, headings: ['Other'] }),
  ]);
  assert.deepEqual(
    selection.passages().map((passage) => passage.paragraphs.map(({ text }) => text)),
    [['The beginning.', 'The middle.', 'The end.'], ['Elsewhere.'], ['Under another heading.']],
  );
  assert.equal(selection.passages()[0]?.score, 0.9);
});

test('what two chunks share is said once where they are joined', () => {
  const [one, two, three] = [
    'First sentence of a window.',
    'Second sentence of a window.',
    'Third, the last one.',
  ];
  const windows = select([
    chunk(1, `${one} ${two}`, { number: 1 }),
    chunk(2, `${two} ${three}`, { number: 2 }),
  ]).passages();
  assert.deepEqual(
    windows[0]?.paragraphs.map(({ text }) => text),
    [`${one} ${two}`, three],
  );
  const carried = { hash: 'carried', text: 'A short last paragraph.' };
  const repeated = select([
    { ...chunk(1, '', { number: 1 }), paragraphs: [{ hash: 'a', text: 'Long.' }, carried] },
    { ...chunk(2, '', { number: 2 }), paragraphs: [carried, { hash: 'b', text: 'Longer.' }] },
  ]).passages();
  assert.deepEqual(
    repeated[0]?.paragraphs.map(({ hash }) => hash),
    ['a', 'carried', 'b'],
  );
});

test('a selection is full of chunks, not of passages', () => {
  const selection = new PassageSelection(2);
  selection.add(chunk(1, 'One.', { number: 1 }), 1);
  selection.add(chunk(2, 'Two.', { number: 2 }), 0.5);
  assert.ok(selection.isFull);
  selection.add(chunk(3, 'Three.', { number: 7 }), 0.4);
  assert.deepEqual(idsOf(selection), [1]);
});

function select(chunks: readonly IndexedChunk[]): PassageSelection {
  const selection = new PassageSelection(10);
  chunks.forEach((each, i) => selection.add(each, 0.9 - i / 10));
  return selection;
}

function idsOf(selection: PassageSelection): number[] {
  return selection.passages().map(({ id }) => id);
}

function chunk(id: number, text: string, changes: Partial<IndexedChunk> = {}): IndexedChunk {
  return {
    id,
    documentId: 1,
    documentName: 'a.md',
    number: 10 * id,
    headings: ['Leave'],
    page: null,
    paragraphs: [{ hash: text, text }],
    tokens: text.length / 4,
    ...changes,
  };
}
