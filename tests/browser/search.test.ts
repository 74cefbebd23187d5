import assert from 'node:assert/strict';
import { loadExamples } from './support/samples.ts';
import { test, useStage } from './support/stage.ts';

const stage = useStage({
  fill: async (client) => {
    await loadExamples(client);
    const { items } = await client.documents.list();
    for (const { id, name } of items)
      await client.documents.change(id, { tags: [name.startsWith('buildings') ? 'sites' : 'people'] });
  },
});

test('a search shows passages with what put them there, keeps to a tag, leads to the document, and can be asked', () =>
  stage().visit('/documents', async (page) => {
    await page.getByRole('link', { name: 'Search inside' }).click();
    await page.getByText('Nothing is searched for yet').waitFor();
    await page.getByLabel('Words to search for').fill('dog at work');
    const first = page.getByRole('article').first();
    await first.getByRole('link', { name: /^buildings-and-facilities/ }).waitFor();
    assert.equal(await first.locator('mark').first().textContent(), 'dogs');
    const [words, meaning, score] = (await first.locator('dd').allTextContents()).map(Number);
    assert.ok(Math.abs((words ?? 0) + (meaning ?? 0) - (score ?? 0)) < 0.02);
    await page.getByRole('combobox', { name: 'Only documents with a tag' }).click();
    await page.getByRole('option', { name: 'people' }).click();
    await page.getByRole('link', { name: /^buildings-and-facilities/ }).waitFor({ state: 'hidden' });
    assert.equal(new URL(page.url()).searchParams.get('tag'), 'people');
    await page.getByRole('link', { name: 'Ask this' }).click();
    await page.getByRole('heading', { level: 1, name: 'Ask' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('tag'), 'people');
    await page.getByRole('button', { name: 'Not only “people”' }).click();
    await page
      .getByText(/dogs are welcome/i)
      .first()
      .waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Not only “people”' }).click();
    await page
      .getByRole('link', { name: /^buildings-and-facilities/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'buildings-and-facilities' }).waitFor();
  }));
