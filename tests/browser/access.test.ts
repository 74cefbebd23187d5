import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { PreheatClient } from '#sdk/index.ts';
import { test, useStage } from './support/stage.ts';

const KEY = 'the key of the settings';
const stage = useStage({ environment: { PREHEAT_ADMIN_KEY: KEY } });
/** Asked before somebody has signed in, and with the wrong key. */
const expected = [/401/];

/** By its kind: "Key" is also how the name of the button for keyboard shortcuts begins. */
function keyField(page: Page): Locator {
  return page.locator('input[type=password]');
}

test('who has no key sees nothing; who signs in sees all, makes a key, and signs out', () =>
  stage().visit({ path: '/keys', expected }, async (page) => {
    await keyField(page).fill('a wrong one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('That key is not known here').waitFor();
    await keyField(page).fill(KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('Support assistant');
    await page.getByRole('checkbox', { name: 'Read' }).check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    const shown = page.getByRole('region', { name: 'The new key' });
    const key = (await shown.locator('code').innerText()).trim();
    const client = new PreheatClient({ baseUrl: stage().url, apiKey: key });
    assert.deepEqual((await client.session.get()).scopes, ['ask', 'read']);
    await shown.getByRole('button', { name: 'I have it' }).click();
    assert.ok(!(await page.locator('body').innerText()).includes(key.slice(12)), 'the key is out of sight');
    assert.deepEqual(await page.evaluate('[localStorage.length, document.cookie]'), [0, '']);
    await page.getByRole('button', { name: 'Actions for Support assistant' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked').waitFor();
    await assert.rejects(client.session.get(), { code: 'key_wrong' });
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByText('POST /keys/{keyId}/revoke').waitFor();
    await page.getByRole('link', { name: 'Keys' }).first().click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await keyField(page).waitFor();
  }));

/** Where something could be done, what tells that the page is there, and the buttons that some are not shown. */
const OFFERED: readonly (readonly [path: string, shown: string | RegExp, actions: readonly RegExp[]])[] = [
  ['/answers', 'Who leads the choir?', [/^Drop/]],
  ['/answers/misses?state=all', 'Who leads the choir?', [/^Forget/, /^Warm (?:these|all|\d)/]],
  ['/schedules', 'Each morning', [/Actions for/, /New schedule/]],
  ['/dead-letters', 'broken_file', [/^Retry/, /^Delete/]],
];

test('who may only look is offered nothing that the server would refuse', async () => {
  const admin = new PreheatClient({ baseUrl: stage().url, apiKey: KEY });
  const viewer = await admin.keys.create({ name: 'viewer', project: 'default', scopes: ['read'] });
  const { id } = await admin.batches.submit({
    workload: 'answers',
    items: ['Who?', 'Where?', 'When?'],
    paceMs: 3_600_000,
  });
  await admin.batches.pause(id);
  const files = await admin.documents.upload([
    { name: 'choir.md', content: '# Choir\n\nMay leads the choir.\n' },
    { name: 'broken.pdf', content: '%PDF-1.7 and nothing more' },
  ]);
  await admin.batches.wait(files.id);
  await admin.ask('Who leads the choir?');
  await admin.schedules.create({ name: 'Each morning', cron: '0 6 * * *', items: ['Who leads the choir?'] });
  await stage().visit({ path: `/queue/${id}`, expected }, async (page) => {
    await keyField(page).fill(viewer.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Results as CSV' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'Delete' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Resume' }).count(), 0);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Warm' }).first().click();
    await page.getByText('Your key may look, and not warm').waitFor();
    await page.getByRole('link', { name: 'Keys' }).first().click();
    await page.getByText('Signed in with').waitFor();
    assert.equal(await page.getByRole('button', { name: 'New key' }).count(), 0);
    for (const [path, shown, actions] of OFFERED) {
      await page.goto(`${stage().url}${path}`);
      await page.getByText(shown).first().waitFor();
      // Until it is known who looks, everything is shown.
      for (const name of actions)
        await page.getByRole('button', { name }).first().waitFor({ state: 'hidden' });
    }
  });
});
