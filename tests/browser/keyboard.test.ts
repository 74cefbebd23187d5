import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { loadHandbook } from './support/samples.ts';
import { test, useStage } from './support/stage.ts';

const stage = useStage({ fill: loadHandbook });
const MOST_TABS = 40;

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const label = (await focused.getAttribute('aria-label')) ?? (await focused.innerText());
    if (typeof name === 'string' ? label === name : name.test(label)) return;
  }
  assert.fail(`${String(name)} is not reached with ${MOST_TABS} tabs`);
}

test('Warm goes from the address to a finished batch by keyboard alone', () =>
  stage().visit('/warm', async (page) => {
    await page.getByLabel('Questions, one a line').waitFor();
    await tabTo(page, 'Skip to the page');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Questions, one a line');
    await page.keyboard.type(
      'Can I bring the dog to work?\n# a comment\ncan i bring the dog to work\nWho founded the company?',
    );
    await page.getByRole('status').filter({ hasText: '2 questions' }).waitFor();
    await page.getByText('1 duplicate').waitFor();
    await tabTo(page, /^Warm 2 questions$/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/queue/bat_*');
    await page.getByText('Warmed 2 of 3; 1 skipped').waitFor();
  }));

test('Control and Enter send what is typed', () =>
  stage().visit('/warm', async (page) => {
    await page.getByLabel('Questions, one a line').fill('Who repairs the coffee machine?');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Warmed 1 of 1').waitFor();
  }));

test('g and a letter go to every page', () =>
  stage().visit('/', async (page) => {
    const places = {
      w: 'Warm',
      q: 'Queue',
      a: 'Ask',
      n: 'Answers',
      d: 'Documents',
      l: 'Dead letters',
      s: 'System',
      o: 'Overview',
    };
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    for (const [letter, title] of Object.entries(places)) {
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      assert.equal(await page.title(), `${title} · Preheat`);
      // The question box of Ask takes the focus, as it should: its letters are for writing.
      await page.evaluate('document.activeElement.blur()');
    }
  }));

test('a question mark shows the shortcuts, and Escape brings the page back', () =>
  stage().visit('/queue', async (page) => {
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.getByText('Go to Dead letters').waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
  }));

test('a slash goes to the search of a page; letters typed there are letters', () =>
  stage().visit('/queue', async (page) => {
    await page.getByText('Sample handbook').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gw? zebra');
    await page.getByText('No batch matches').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('text'), 'gw? zebra');
  }));
