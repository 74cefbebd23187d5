import assert from 'node:assert/strict';
import { after } from 'node:test';
import { latch } from '../support/answers.ts';
import { ModelServer } from '../support/model-server.ts';
import { test, useStage } from './support/stage.ts';

const model = await ModelServer.open();
after(() => model[Symbol.asyncDispose]());

const stage = useStage({
  environment: {
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_GENERATOR_URL: model.openAiUrl,
    PREHEAT_GENERATOR_PRICE: '1/2',
  },
  fill: async (client) => {
    const content = '# Leave\n\nYou get 26 days of holiday in a year.\n';
    await client.batches.wait((await client.documents.upload([{ name: 'leave.md', content }])).id);
  },
});

test('an answer is read while it is written, then stands with its sources and what it took', async () => {
  const seen = latch();
  model.reply = () => 'In each year you get 26 days of holiday, all of them paid in full [1].';
  model.beforePiece = (index) => (index === 7 ? seen.opened : undefined);
  await stage().visit('/ask?q=How many days of holiday do I get%3F', async (page) => {
    const written = page.getByRole('status', { name: 'The answer is being written' });
    await written.getByText(/^In each year you get/).waitFor();
    seen.open();
    await page.getByText(/all of them paid in full/).waitFor();
    await page.getByText('Made just now').waitFor();
    await page.getByText('openai:small, 120 tokens for 0.00014').waitFor();
    await page.getByRole('button', { name: /Source 1: leave\.md/ }).waitFor();
  });
});

test('models and prompts of the project are changed on a page of their own', () =>
  stage().visit({ path: '/system', expected: [/status of 400/, /^PATCH .*: 400$/] }, async (page) => {
    await page.getByText(/^generator, \d+ call/).waitFor();
    await page.getByRole('link', { name: 'Models and prompts' }).click();
    await page.getByLabel('About this project').fill('Readers are nurses.');
    await page.getByLabel('Dead letters, more than').fill('50');
    await page.getByText('Quote the documents').click();
    await page.getByText('Show the old one, marked').click();
    await page.getByLabel('Tokens in 24 hours for what is made again by itself').fill('5000');
    await page.getByRole('switch', { name: 'Warm popular misses too' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    const { settings } = await stage().client.projects.get('default');
    assert.deepEqual([settings.prompts.project, settings.fallback], ['Readers are nurses.', 'extractive']);
    assert.deepEqual([settings.alerts?.deadLetters, settings.alerts?.backlog], [50, null]);
    assert.deepEqual(
      [settings.stale, settings.rewarm],
      ['serve', { tokensPerDay: 5_000, warmsMisses: true }],
    );
    await page.getByLabel('Model').fill('clever:model');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/must be one of extractive, openai:<model>/).waitFor();
  }));
