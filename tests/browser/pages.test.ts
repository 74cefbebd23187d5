import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadBrokenDocument, loadExamples, loadMisses, questions } from './support/samples.ts';
import { test, useStage } from './support/stage.ts';

const stage = useStage({
  fill: async (client) => {
    await loadExamples(client);
    await loadMisses(client);
    await loadBrokenDocument(client);
    await loadBrokenDocument(client, 'scan of a contract.pdf');
  },
});

const DOG = 'Can I bring the dog to work?';

test('the overview says what is warm and what failed, and leads there', () =>
  stage().visit('/', async (page) => {
    await page.getByText('2 items failed for good').waitFor();
    await page.getByRole('link', { name: /^\d+ with an answer$/ }).waitFor();
    await page.getByText('1 process at work').waitFor();
    await page.getByRole('heading', { name: 'The last 24 hours' }).waitFor();
    await page.getByRole('link', { name: 'questions.txt' }).click();
    await page.getByText('Warmed 121 of 124; 3 skipped').waitFor();
  }));

test('Warm counts what is typed and goes to its batch, which ends under the eyes of whoever waits', () =>
  stage().visit('/warm', async (page) => {
    await page.getByLabel('Questions, one a line').fill(questions(40, 'parking').join('\n'));
    await page.getByLabel('Name').fill('Parking of the new colleagues');
    await page.getByRole('button', { name: 'Warm 40 questions' }).click();
    await page.getByRole('heading', { level: 1, name: 'Parking of the new colleagues' }).waitFor();
    await page.getByText('Warmed 40 of 40').waitFor();
  }));

test('the queue pauses and cancels a batch, takes it back, and its filters are in the address', async () => {
  const { client } = stage();
  const { id } = await client.batches.submit({
    workload: 'answers',
    name: 'Slow one',
    items: questions(30, 'lunch'),
    paceMs: 3_600_000,
  });
  await stage().visit('/queue', async (page) => {
    const row = page.getByRole('listitem').filter({ hasText: 'Slow one' });
    await row.getByRole('button', { name: 'Actions for Slow one' }).click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await row.getByText('Paused').waitFor();
    await page.getByRole('button', { name: 'Paused' }).click();
    await page.getByText('questions.txt').waitFor({ state: 'hidden' });
    assert.equal(new URL(page.url()).searchParams.get('status'), 'paused');
    await row.getByLabel('Select Slow one').check();
    const bar = page.getByRole('region', { name: 'Selected batches' });
    await bar.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('No batch matches').waitFor();
    await page.getByText('“Slow one” is cancelled').waitFor();
    assert.equal((await client.batches.get(id)).status, 'cancelled');
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.getByText('Paused').waitFor();
  });
  const { status, counts } = await client.batches.get(id);
  assert.deepEqual([status, counts.cancelled], ['paused', 0]);
  await client.batches.delete(id);
});

test('deleting a selection asks first, and leaves the rest', async () => {
  const { client } = stage();
  for (const name of ['Old one', 'Older one']) {
    const { id } = await client.batches.submit({
      workload: 'answers',
      name,
      items: ['Who waters the plants?'],
    });
    await client.batches.wait(id);
  }
  await stage().visit('/queue?text=old', async (page) => {
    await page.getByLabel('Select all shown').check();
    await page
      .getByRole('region', { name: 'Selected batches' })
      .getByRole('button', { name: 'Delete' })
      .click();
    const question = page.getByRole('dialog', { name: 'Delete 2 batches?' });
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No batch matches').waitFor();
    await page.getByRole('link', { name: 'Show all batches' }).click();
    await page.getByText('questions.txt').waitFor();
  });
});

test('an item of a batch is found by its words, and opened to see its answer', async () => {
  const [batch] = (await stage().client.batches.list({ text: 'questions.txt' })).items;
  await stage().visit(`/queue/${batch?.id}`, async (page) => {
    await page.getByLabel('Search questions and errors').fill('bring the dog');
    await page.getByRole('link', { name: DOG, exact: true }).click();
    const item = page.getByRole('dialog');
    await item.getByText('Warm answer').waitFor();
    await item.getByText(/dogs are welcome/i).waitFor();
  });
});

test('a batch takes more questions while it is open', async () => {
  const { client } = stage();
  const { id } = await client.batches.submit({
    workload: 'answers',
    items: questions(5, 'coffee'),
    paceMs: 3_600_000,
  });
  await stage().visit(`/queue/${id}`, async (page) => {
    await page.getByRole('button', { name: 'Add more' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Questions, one a line').fill(questions(3, 'tea').join('\n'));
    await dialog.getByRole('button', { name: 'Add 3 questions' }).click();
    // It has a button to cancel too, and word of the questions may be here before it is gone.
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(/of 8 questions/).waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page
      .getByText(/7 cancelled|8 cancelled/)
      .first()
      .waitFor();
  });
});

test('a failed item says why, and is tried again from its batch', async () => {
  const [batch] = (await stage().client.batches.list({ text: 'broken.pdf' })).items;
  await stage().visit(`/queue/${batch?.id}`, async (page) => {
    await page.getByText('Read 0 of 1; 1 failed').waitFor();
    await page.getByRole('link', { name: 'broken.pdf' }).click();
    await page.getByRole('dialog').getByText('What went wrong').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Retry 1 failed item' }).click();
    await page.getByText('Round 2').waitFor();
    await page.getByText('Read 0 of 1; 1 failed').waitFor();
  });
});

test('a schedule is made of a batch, changed, switched off, run, and deleted', async () => {
  const { items } = await stage().client.batches.list({ text: 'questions.txt' });
  await stage().visit(`/queue/${items[0]?.id}`, async (page) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Warm again on a schedule' }).click();
    await page.getByLabel('Name').fill('Before work');
    await page.getByRole('button', { name: 'Schedule its questions' }).click();
    await page.getByText('Monday to Friday at 05:00').waitFor();
    await page.getByRole('button', { name: 'Before work', exact: true }).click();
    await page.getByText('In 30 days').waitFor();
    await page.getByLabel('At', { exact: true }).fill('06:15');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Monday to Friday at 06:15').waitFor();
    await page.getByRole('switch', { name: 'Before work: on' }).press('Space');
    await page.getByText('Off', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Actions for Before work' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing is scheduled yet').waitFor();
  });
});

test('Ask answers with numbered sources that open at the quoted words', () =>
  stage().visit('/ask', async (page) => {
    await page.getByLabel('Your question').fill(DOG);
    await page.keyboard.press('Enter');
    await page.getByText(/^here in/).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('q'), DOG);
    await page.getByRole('button', { name: /^Source 1: buildings-and-facilities\.html/ }).click();
    const passage = page.getByRole('dialog');
    await passage
      .locator('mark')
      .filter({ hasText: /dogs are welcome/i })
      .waitFor();
    await passage.getByRole('link', { name: 'Open in the document' }).click();
    await page.getByRole('heading', { level: 1, name: 'buildings-and-facilities.html' }).waitFor();
    await page
      .getByText(/dogs are welcome/i)
      .first()
      .waitFor();
  }));

test('a question that the documents do not answer is not answered', () =>
  stage().visit('/ask?q=Who+won+the+football+last+night%3F', (page) =>
    page.getByText('The documents do not answer this.').waitFor(),
  ));

test('a cached answer is found, opened, and dropped', () =>
  stage().visit('/answers', async (page) => {
    await page.getByLabel('Search the questions').fill('bring the dog');
    await page.getByRole('button', { name: DOG }).click();
    const answer = page.getByRole('dialog', { name: DOG });
    await answer
      .getByText(/dogs are welcome/i)
      .first()
      .waitFor();
    await answer.getByRole('heading', { name: 'Evidence' }).waitFor();
    await answer.getByRole('button', { name: 'Drop' }).click();
    await page.getByText('No answer matches').waitFor();
  }));

test('what people had to wait for is listed by how often, and warmed with one click', () =>
  stage().visit('/', async (page) => {
    await page.getByText('3 questions had people waiting more than once').waitFor();
    await page.getByRole('link', { name: 'Warm them', exact: true }).click();
    const list = page.getByRole('list', { name: 'Missed questions' });
    const canteen = list.getByRole('listitem').filter({ hasText: 'Is there a canteen?' });
    await canteen.getByText('5×').waitFor();
    await canteen.getByRole('button', { name: '2 wordings' }).click();
    await canteen.getByRole('list').getByText('Do we have a canteen?').waitFor();
    await list.getByRole('button', { name: 'Forget “May I park a boat in front of the office?”' }).click();
    await page.getByRole('button', { name: 'Warm these 3 questions' }).click();
    await page.getByText('Warmed 3 of 3').waitFor();
    await page.goBack();
    await page.getByText('Nobody has to wait').waitFor();
    await page.getByRole('button', { name: 'All' }).click();
    await canteen.getByText(/Warm again|Not found/).waitFor();
    await page.getByRole('button', { name: 'Forget all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
    await page.getByText('No missed question matches').waitFor();
    assert.deepEqual((await stage().client.misses.list()).items, []);
  }));

test('a document is dropped in, read, opened, and deleted', () =>
  stage().visit('/documents', async (page) => {
    const file = {
      name: 'bicycles.md',
      mimeType: 'text/markdown',
      buffer: Buffer.from('# Bicycles\n\nEvery colleague may borrow a bicycle on Thursdays.\n'),
    };
    const changed = {
      name: 'bicycles.md',
      content: '# Bicycles\n\nEvery colleague may borrow a bicycle on Fridays.\n',
    };
    await page.getByLabel('Files to add').setInputFiles(file);
    await page.getByText('Read 1 of 1').waitFor();
    await page.getByRole('list', { name: 'Documents' }).getByRole('link', { name: 'bicycles.md' }).click();
    await page.getByText('Every colleague may borrow a bicycle').waitFor();
    await page.getByRole('button', { name: 'Answers on it' }).click();
    await page.getByText('No answer rests on it yet').waitFor();
    const question = 'When may every colleague borrow a bicycle?';
    await stage().client.ask(question);
    await stage().client.batches.wait((await stage().client.documents.upload([changed])).id);
    await page.reload();
    await page.getByRole('button', { name: 'What changes did' }).click();
    const change = page.getByRole('list', { name: 'Changes' }).getByRole('listitem').first();
    await change.getByText(/^Changed/).waitFor();
    await change.getByText(/^Touched \d+ of \d+ warm answers/).waitFor();
    await change.getByRole('button', { name: 'Which' }).click();
    await change.getByRole('button', { name: question }).click();
    await page.getByRole('dialog').getByText(question).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
    await page.getByText('14 documents').waitFor();
  }));

test('of files that are sent together, one that cannot be read says why and can be tried again', () =>
  stage().visit('/documents', async (page) => {
    const before = (await stage().client.documents.list({ limit: 100 })).items.length;
    const locked = new URL('../../src/adapters/reader/local/fixtures/encrypted.pdf', import.meta.url);
    await page.getByLabel('Files to add').setInputFiles([
      { name: 'prices.csv', mimeType: 'text/csv', buffer: Buffer.from('Tea,Price\nGreen,2\nBlack,3\n') },
      { name: 'contract.pdf', mimeType: 'application/pdf', buffer: readFileSync(locked) },
    ]);
    const row = page.getByRole('listitem').filter({ hasText: 'contract.pdf' }).first();
    await row.getByText('The file is protected by a password').waitFor();
    await row.getByRole('button', { name: 'Retry contract.pdf' }).click();
    await row.getByText('The file is protected by a password').waitFor();
    const { items } = await stage().client.documents.list({ text: 'prices.csv' });
    for (const { id } of items) await stage().client.documents.delete(id);
    assert.equal((await stage().client.documents.list({ limit: 100 })).items.length, before);
    const { items: failed } = await stage().client.batches.list({ workload: 'documents', limit: 1 });
    await stage().client.batches.delete(failed[0]?.id ?? '');
  }));

test('dead letters are grouped by error, and a group is tried again as a whole', () =>
  stage().visit('/dead-letters', async (page) => {
    await page.getByRole('heading', { name: 'By error' }).waitFor();
    await page.getByRole('link', { name: 'broken.pdf' }).waitFor();
    await page.getByRole('link', { name: 'scan of a contract.pdf' }).waitFor();
    await page.getByRole('button', { name: 'Retry 2', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'Sent again 2 items' }).waitFor();
  }));

test('System says how each part is, and links to the API reference', () =>
  stage().visit('/system', async (page) => {
    await page.getByText('Everything is up').waitFor();
    await page.getByText('Embedded, in this process').waitFor();
    await page.getByText('quotes the best sentences, built in').waitFor();
    await page.getByRole('button', { name: /^Show \d+ defaults$/ }).click();
    await page.getByText('Items that one batch may hold.').waitFor();
    await page.getByRole('heading', { name: '1 worker' }).waitFor();
    await page.getByRole('button', { name: /^Drain / }).click();
    await page.getByRole('dialog').getByText('It goes on answering requests').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const [docs] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'API reference' }).click(),
    ]);
    await docs
      .getByRole('heading', { name: /Preheat/ })
      .first()
      .waitFor();
  }));

test('a document is given tags, and read again, on its page', async () => {
  const { client } = stage();
  const [document] = (await client.documents.list({ text: 'security' })).items;
  await stage().visit(`/documents/${document?.id}`, async (page) => {
    await page.getByRole('button', { name: 'Tags' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Tags' }).fill('safety, it');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('#safety').waitFor();
    assert.deepEqual((await client.documents.get(document?.id ?? '')).tags, ['it', 'safety']);
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByText('Read 1 of 1').waitFor();
  });
});

test('a batch and a document that are gone say so', () =>
  stage().visit({ path: '/queue/bat_zzzz', expected: [/404/] }, async (page) => {
    await page.getByText('This batch is not there').waitFor();
    await page.goto('/documents/doc_zzzz');
    await page.getByText('This document is not here').waitFor();
  }));
