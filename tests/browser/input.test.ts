import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { loadBrokenDocument, loadHandbook } from './support/samples.ts';
import { test, useStage } from './support/stage.ts';

const stage = useStage({ fill: loadHandbook });

const CSV = 'question,priority\nHow long is the warranty?,1\n"",2\nWho repairs a rain gauge?,1\n';

test('a row that cannot be read is shown with its line before anything is sent', () =>
  stage().visit('/warm', async (page) => {
    const file = { name: 'questions.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) };
    const before = (await stage().client.batches.list()).items.length;
    await page.getByLabel('Files with questions').setInputFiles(file);
    await page.getByText('Line 3').waitFor();
    await page.getByText('How long is the warranty?').waitFor();
    assert.equal((await stage().client.batches.list()).items.length, before);
    await page.getByRole('button', { name: 'Warm 2 questions' }).click();
    await page.getByText('Warmed 2 of 2').waitFor();
  }));

test('JSON lines are shown as they would be read, the broken one with its line', () =>
  stage().visit('/warm', async (page) => {
    const lines = ['{"question": "Who tunes the piano?"}', '{"question": ', '"Where is the piano?"'];
    const file = {
      name: 'questions.jsonl',
      mimeType: 'application/jsonl',
      buffer: Buffer.from(lines.join('\n')),
    };
    await page.getByLabel('Files with questions').setInputFiles(file);
    await page.getByText('Line 2').waitFor();
    await page.getByText('Who tunes the piano?').waitFor();
    await page.getByRole('button', { name: 'Warm 2 questions' }).waitFor();
  }));

test('a file that cannot be read at all is refused with the reason, and can be left out', () =>
  stage().visit({ path: '/warm', expected: [/\b4\d\d\b/] }, async (page) => {
    const file = {
      name: 'photo.png',
      mimeType: 'image/png',
      buffer: Buffer.from('89504e470d0a1a0a0000', 'hex'),
    };
    await page.getByLabel('Files with questions').setInputFiles(file);
    await page.getByRole('alert').getByText('The files cannot be read').waitFor();
    await page.getByLabel('Leave photo.png out').click();
    await page.getByLabel('Questions, one a line').waitFor();
  }));

const HOSTILE = '<img src=x onerror="document.title=\'broken in\'"><b>bold</b>';

/** Nothing that a person wrote became an element, or ran. */
async function isText(page: Page, text = HOSTILE): Promise<void> {
  await page.getByText(text, { exact: false }).first().waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.doesNotMatch(await page.title(), /^broken in$/);
}

test('a question with HTML in it is text everywhere', async () => {
  const { id } = await stage().client.batches.submit({
    workload: 'answers',
    name: HOSTILE,
    items: [`${HOSTILE}?`],
  });
  await stage().client.batches.wait(id);
  const [item] = (await stage().client.batches.items(id)).items;
  const paths = ['/', '/queue', `/queue/${id}`, `/queue/${id}?item=${item?.id}`, '/answers'];
  for (const path of paths) await stage().visit(path, isText);
  await stage().visit(`/ask?q=${encodeURIComponent(HOSTILE)}`, isText);
});

test('a document with HTML in its name, and the error about it, are text everywhere', async () => {
  const name = '<img src=x onerror=alert(1)>.pdf';
  const id = await loadBrokenDocument(stage().client, name);
  for (const path of ['/documents', '/dead-letters', `/queue/${id}`, '/queue']) {
    await stage().visit(path, (page) => isText(page, '<img src=x onerror=alert(1)>'));
  }
});

test('words of a document are text where they are quoted', async () => {
  const content = `# Badges\n\nThe badge office is called ${HOSTILE} by everybody in the building.\n`;
  const { id } = await stage().client.documents.upload([{ name: 'badges.md', content }]);
  await stage().client.batches.wait(id);
  await stage().visit('/ask?q=What+is+the+badge+office+called%3F', async (page) => {
    await page.getByText('badge office is called').first().waitFor();
    assert.equal(await page.locator('main img, main b b').count(), 0);
  });
});
