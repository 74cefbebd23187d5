import type { Page } from 'playwright-core';
import type { PreheatClient } from '#sdk/index.ts';
import { loadBrokenDocument, loadExamples, loadMisses, questions } from './samples.ts';

/** One page in one state, as it can be looked at. */
export interface Scene {
  readonly name: string;
  readonly path: string;
  /** Something that is there once the page has what it shows. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const heading =
  (name: string) =>
  (page: Page): Promise<void> =>
    page.getByRole('heading', { level: 1, name }).waitFor();
const words =
  (text: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByText(text).first().waitFor();

const QUESTION = 'Can I bring the dog to work?';
const CSV = `question,priority
How long is the warranty?,1
"",2
Who repairs a rain gauge?,1
how long is the warranty,3
`;

/** The pages of a server that holds nothing. */
export const EMPTY_SCENES: readonly Scene[] = [
  { name: 'overview', path: '/', ready: words('Nothing is warm yet') },
  { name: 'warm', path: '/warm', ready: words('No documents yet') },
  { name: 'queue', path: '/queue', ready: heading('Queue') },
  { name: 'schedules', path: '/schedules', ready: words('Nothing is scheduled yet') },
  { name: 'ask', path: '/ask', ready: words('Answers are made from documents') },
  { name: 'answers', path: '/answers', ready: words('Nothing is warm yet') },
  { name: 'misses', path: '/answers/misses', ready: words('Nobody has to wait') },
  { name: 'judged', path: '/answers/judged', ready: words('No answer has a low mark') },
  { name: 'documents', path: '/documents', ready: heading('Documents') },
  { name: 'search', path: '/documents/search', ready: words('Nothing is searched for yet') },
  { name: 'catalogue', path: '/catalogue', ready: words('Nothing is cached yet') },
  { name: 'dead-letters', path: '/dead-letters', ready: heading('Dead letters') },
  { name: 'keys', path: '/keys', ready: words('No keys yet') },
  { name: 'audit', path: '/keys/audit', ready: words('Nothing was changed yet') },
  { name: 'system', path: '/system', ready: heading('System') },
  { name: 'project', path: '/project', ready: words('Prompts') },
];

/** Pages that cannot show what was asked for. */
export const ERROR_SCENES: readonly Scene[] = [
  { name: 'no-such-page', path: '/nowhere', ready: words('There is no such page') },
  { name: 'no-such-batch', path: '/queue/bat_zzzz', ready: words('This batch is not there') },
  { name: 'no-such-document', path: '/documents/doc_zzzz', ready: heading('Document') },
];

/** Fills a server and says which pages it can then show. */
export async function openScenes(client: PreheatClient): Promise<readonly Scene[]> {
  const warmed = await loadExamples(client);
  await loadMisses(client);
  const broken = await loadBrokenDocument(client);
  await loadBrokenDocument(client, 'scan of a contract.pdf');
  const { id: running } = await client.batches.submit({
    workload: 'answers',
    name: 'Questions of the new colleagues',
    items: questions(240),
    paceMs: 400,
    priority: 5,
    source: 'typed',
  });
  const { id: paused } = await client.batches.submit({
    workload: 'answers',
    items: questions(60, 'pay'),
    paceMs: 60_000,
  });
  await client.batches.pause(paused);
  const nightly = await openSchedules(client, warmed);
  await openKeys(client);
  const [item] = (await client.batches.items(broken)).items;
  const [document] = (await client.documents.list({ text: 'buildings' })).items;
  const { id: answer } = await client.ask(QUESTION);
  const edited = await openChanges(client);
  return [
    { name: 'overview', path: '/', ready: words('The last 24 hours') },
    { name: 'warm', path: '/warm', ready: heading('Warm') },
    { name: 'warm-typed', path: '/warm', ready: typeQuestions },
    { name: 'warm-file', path: '/warm', ready: dropFile },
    { name: 'queue', path: '/queue', ready: words('Questions of the new colleagues') },
    { name: 'queue-selected', path: '/queue', ready: selectAll },
    { name: 'queue-nothing-matches', path: '/queue?text=zebra', ready: words('No batch matches') },
    { name: 'batch', path: `/queue/${warmed}`, ready: words(/Warmed \d+ of \d+/) },
    { name: 'batch-running', path: `/queue/${running}`, ready: words('colleague number 1?') },
    { name: 'batch-paused', path: `/queue/${paused}`, ready: words('Nothing: the batch is paused') },
    { name: 'batch-failed', path: `/queue/${broken}`, ready: words('Retry 1 failed item') },
    { name: 'batch-filtered', path: `/queue/${warmed}?text=holiday`, ready: words('All that match') },
    { name: 'item', path: `/queue/${broken}?item=${item?.id}`, ready: dialog },
    { name: 'schedules', path: '/schedules', ready: words('Monday to Friday at 05:30') },
    { name: 'schedule', path: `/schedules?schedule=${nightly}`, ready: words('In 30 days') },
    { name: 'ask', path: '/ask', ready: words('Warm already, answered at once') },
    {
      name: 'ask-answered',
      path: `/ask?q=${encodeURIComponent(QUESTION)}`,
      ready: words(/dogs are welcome/i),
    },
    { name: 'ask-not-found', path: '/ask?q=Who+won+the+football%3F', ready: words('do not answer this') },
    { name: 'answers', path: '/answers', ready: words('Select all shown') },
    { name: 'misses', path: '/answers/misses', ready: showWordings },
    { name: 'answer', path: `/answers?answer=${answer}`, ready: dialog },
    { name: 'documents', path: '/documents', ready: words('holidays-and-leave.md') },
    {
      name: 'search',
      path: `/documents/search?q=${encodeURIComponent(QUESTION)}`,
      ready: words(/passages?, best first/),
    },
    { name: 'document', path: `/documents/${document?.id}`, ready: heading('buildings') },
    { name: 'document-changes', path: `/documents/${edited}?tab=changes`, ready: showTouched },
    { name: 'dead-letters', path: '/dead-letters', ready: words('broken.pdf') },
    { name: 'keys', path: '/keys', ready: words('Support assistant') },
    { name: 'audit', path: '/keys/audit', ready: words('POST /keys') },
    { name: 'key-form', path: '/keys', ready: openKeyForm },
    { name: 'system', path: '/system', ready: words('Limits and settings') },
    { name: 'shortcuts', path: '/', ready: openHelp },
  ];
}

/** A document that was edited under an answer. */
async function openChanges(client: PreheatClient): Promise<string> {
  const upload = async (day: string): Promise<void> => {
    const content = `# Bicycles\n\nEvery colleague may borrow a bicycle on ${day}.\n`;
    await client.batches.wait((await client.documents.upload([{ name: 'bicycles.md', content }])).id);
  };
  await upload('Thursdays');
  await client.ask('When may every colleague borrow a bicycle?');
  await upload('Fridays');
  return (await client.documents.list({ text: 'bicycles' })).items[0]?.id ?? '';
}

async function showTouched(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Which' }).first().click();
  await page.getByRole('list', { name: 'Answers that it touched' }).waitFor();
}

async function showWordings(page: Page): Promise<void> {
  await page.getByRole('button', { name: '2 wordings' }).click();
  await page.getByText('Do we have a canteen?').waitFor();
}

/** One that has run, one that is off. */
async function openSchedules(client: PreheatClient, batchId: string): Promise<string> {
  const zone = { timeZone: 'Europe/Berlin' };
  await client.schedules.create({
    ...zone,
    name: 'Month end',
    cron: '0 3 28 * *',
    items: questions(12, 'invoices'),
    isOn: false,
  });
  const { id } = await client.schedules.create({
    ...zone,
    name: 'Before work',
    cron: '30 5 * * 1-5',
    batchId,
  });
  return id;
}

async function openKeys(client: PreheatClient): Promise<void> {
  const old = await client.keys.create({
    name: 'Nightly job',
    project: 'default',
    scopes: ['warm', 'ingest'],
  });
  await client.keys.rotate(old.id);
  const { id } = await client.keys.create({ name: 'A laptop that was lost', scopes: ['admin'] });
  await client.keys.revoke(id);
  const addresses = ['10.0.0.0/8'];
  await client.keys.create({ name: 'Support assistant', project: 'default', scopes: ['ask'], addresses });
}

async function openKeyForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New key' }).click();
  await dialog(page);
}

async function dialog(page: Page): Promise<void> {
  await page.getByRole('dialog').waitFor();
}

async function typeQuestions(page: Page): Promise<void> {
  await page
    .getByLabel('Questions, one a line')
    .fill('# Opening hours\nWhen is the workshop open?\nWho has the keys?\nwhen is the workshop open\n');
  await page.getByText('1 duplicate').waitFor();
}

async function dropFile(page: Page): Promise<void> {
  const file = { name: 'questions.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) };
  await page.getByLabel('Files with questions').setInputFiles(file);
  await page.getByText('What is wrong with').waitFor();
}

async function selectAll(page: Page): Promise<void> {
  await page.getByLabel('Select all shown').check();
  await page.getByRole('region', { name: 'Selected batches' }).waitFor();
}

async function openHelp(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
}
