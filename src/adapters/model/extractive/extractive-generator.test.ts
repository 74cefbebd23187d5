import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Passage } from '#domain/document.ts';
import { candidatesOf, readPieces } from './candidates.ts';
import { ExtractiveGenerator } from './extractive-generator.ts';
import { readQuestion } from './question.ts';
import { scoreAll, WordMeanings } from './score.ts';

function passage(id: number, headings: readonly string[], paragraphs: readonly string[]): Passage {
  return {
    id,
    documentId: id,
    documentName: 'rules.md',
    headings,
    page: null,
    paragraphs: paragraphs.map((text) => ({ hash: text, text })),
    tokens: 10,
    score: 1 / id,
  };
}

const RULES = [
  passage(
    1,
    ['Leave', 'Annual holiday'],
    [
      'Full-time employees have 26 days of paid holiday a year. The year runs from April to March.',
      'Ask your manager before you book a flight.',
    ],
  ),
  passage(
    2,
    ['Sick pay'],
    [
      'Length of service: up to 2 years; Full pay: 6 weeks',
      'Length of service: 2 to 5 years; Full pay: 10 weeks',
      'Length of service: more than 5 years; Full pay: 16 weeks',
    ],
  ),
  passage(
    3,
    ['Expenses'],
    [
      'Who approves what:',
      '- Up to £500: your manager.',
      '- From £500 to £2,500: your head of department.',
      '- Above £2,500: the Finance Director, Callum Birtwhistle.',
    ],
  ),
];

const ask = (question: string, passages: readonly Passage[] = RULES) =>
  new ExtractiveGenerator().generate({ question, passages }, new AbortController().signal);

test('the answer is made of sentences that stand in the passages, each with its number', async () => {
  const answer = await ask('How many days of paid holiday do I have?');
  assert.equal(answer.found, true);
  assert.match(answer.text, /^Full-time employees have 26 days of paid holiday a year\. \[1\]/);
  assert.ok(answer.quotes.length <= 4);
  for (const quote of answer.quotes) {
    assert.ok(RULES[quote.passage]?.paragraphs[quote.paragraph]?.text.includes(quote.text));
  }
  assert.deepEqual(answer.usage, { inputTokens: 0, outputTokens: 0, costMicros: null });
});

test('other words for the same thing find it too', async () => {
  const answer = await ask('How much PTO do employees get?');
  assert.match(answer.text, /26 days of paid holiday/);
});

test('an amount picks the row whose range it falls into', async () => {
  const answer = await ask('How many weeks of full sick pay after 4 years of service?');
  assert.ok(answer.quotes.some((quote) => quote.text.includes('10 weeks')));
});

test('a list item comes with the line above its list, in reading order', async () => {
  const answer = await ask('Who approves an expense of £800?');
  assert.match(answer.text, /^Who approves what: \[1\].*From £500 to £2,500: your head of department\./);
});

test('what the passages do not hold is not found', async () => {
  for (const question of [
    'How do I make sourdough rise?',
    'What is our VAT number?',
    'Is there a swimming pool?',
  ]) {
    assert.deepEqual(await ask(question), {
      found: false,
      text: '',
      quotes: [],
      usage: { inputTokens: 0, outputTokens: 0, costMicros: null },
    });
  }
});

test('odd input gives an answer or none, and never an error', async () => {
  const odd = passage(9, [], ['', ' ', '…', '((((', '| | |', 'x'.repeat(20_000), '$ 5 [1] \\d+']);
  for (const question of ['', '?', 'the of and', '$ [ ( \\', '££££', 'a'.repeat(2_000), '休暇は何日ですか']) {
    assert.equal(typeof (await ask(question, [odd, ...RULES])).found, 'boolean');
  }
  assert.equal((await ask('How many days?', [])).found, false);
});

test('the same question gives the same answer, whatever was asked before', async () => {
  const generator = new ExtractiveGenerator();
  const once = (question: string) =>
    generator.generate({ question, passages: RULES }, new AbortController().signal);
  const first = await once('How many days of paid holiday do I have?');
  await once('Who approves an expense of £800?');
  assert.deepEqual(await once('How many days of paid holiday do I have?'), first);
});

test('a word of nearly the same meaning counts, the more the nearer it is', () => {
  const directions: Readonly<Record<string, readonly number[]>> = {
    couch: [1, 0],
    sofa: [0.9, 0.44],
    bench: [0, 1],
  };
  const meaningOf = (words: Iterable<string>): Float64Array => {
    const [word = '', ...others] = words;
    return Float64Array.from(others.length > 0 ? [0, 0] : (directions[word] ?? [0, 0]));
  };
  const lobby = [
    passage(
      1,
      ['Lobby'],
      ['The bench in the lobby is kept for parcels.', 'The sofa in the lobby is kept for visitors.'],
    ),
  ];
  const question = readQuestion('What is the couch in the lobby kept for?');
  const candidates = candidatesOf(lobby, readPieces);
  const scoresBy = (meanings: (words: Iterable<string>) => Float64Array): number[] =>
    scoreAll(question, lobby, candidates, new WordMeanings(meanings)).map(({ score }) => score);
  const [bench = 0, sofa = 0] = scoresBy(meaningOf);
  const [benchByWords = 0, sofaByWords = 0] = scoresBy(() => new Float64Array(2));
  assert.equal(sofaByWords, benchByWords);
  assert.ok(sofa > bench, `${sofa} > ${bench}`);
  const [, itself = 0] = scoresBy((words) =>
    meaningOf([...words].map((word) => (word === 'sofa' ? 'couch' : word))),
  );
  assert.ok(itself > sofa, 'the nearer the more');
});

test('a sentence that ends in the way of its language is shown as it ends', async () => {
  const rules = [
    passage(1, ['年假'], ['全职员工每年享有二十六天带薪年假。', '自行车停放在车间后面的棚子里。']),
  ];
  const { text } = await ask('员工每年有多少天年假？', rules);
  assert.match(text, /^全职员工每年享有二十六天带薪年假。 \[1\]/);
});
