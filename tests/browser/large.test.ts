import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { questions } from './support/samples.ts';
import { test, useStage } from './support/stage.ts';

const COUNT = 100_000;
/** What fits in a window several times over. */
const MOST_ROWS = 60;

let batchId = '';
const stage = useStage({
  fill: async (client) => {
    const file = { name: 'large.txt', content: questions(COUNT, 'room').join('\n') };
    ({ id: batchId } = await client.batches.upload([file], { workload: 'answers', paceMs: 3_600_000 }));
    await client.batches.pause(batchId);
  },
});
const list = (page: Page): Locator => page.getByRole('list', { name: /Items|match/i });

async function hasFewRows(page: Page): Promise<void> {
  const rows = await list(page).getByRole('listitem').count();
  assert.ok(rows > 0 && rows < MOST_ROWS, `${rows} rows are drawn`);
}

test('a batch of 100,000 items is scrolled from end to end with few rows drawn', () =>
  stage().visit(`/queue/${batchId}`, async (page) => {
    await page.getByText('colleague number 1?').waitFor();
    await hasFewRows(page);
    for (const share of [0.25, 0.75, 0.999]) {
      await list(page).evaluate((node, to) => {
        node.scrollTop = node.scrollHeight * to;
      }, share);
      await page.getByText(`colleague number ${COUNT * share + 3}?`).waitFor();
      await hasFewRows(page);
    }
    await list(page).press('End');
    await page.getByText(`colleague number ${COUNT}?`).waitFor();
  }));

test('any position of it is one number away, and stays in the address', () =>
  stage().visit(`/queue/${batchId}`, async (page) => {
    await page.getByLabel('Go to position').fill('73210');
    await page.keyboard.press('Enter');
    await page.getByText('colleague number 73210?').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('from'), '73210');
    await page.reload();
    await page.getByText('colleague number 73210?').waitFor();
    await hasFewRows(page);
  }));

test('one item among 100,000 is found by its words, and told why it waits', () =>
  stage().visit(`/queue/${batchId}`, async (page) => {
    await page.getByText('colleague number 1?').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('number 98765');
    const found = page.getByRole('link', { name: 'colleague number 98765?' });
    await found.waitFor();
    assert.equal(new URL(page.url()).searchParams.get('text'), 'number 98765');
    await found.click();
    await page
      .getByRole('dialog')
      .getByText(/paused/i)
      .first()
      .waitFor();
  }));
