import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { PreheatClient } from '#sdk/index.ts';
import { test, useStage } from './support/stage.ts';

const KEY = 'the key of the settings';
const stage = useStage({
  environment: { PREHEAT_ADMIN_KEY: KEY, PREHEAT_ENCRYPTION_KEY: 'a secret that is long enough to be a key' },
});
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

/** Where something could be done, what tells that the page is there, and what only some are offered. */
type Place = readonly [path: string, shown: string | RegExp, offered: readonly RegExp[]];

function placesOf(batch: string, document: string): readonly Place[] {
  return [
    ['/queue', '3 questions', [/^Actions for 3 questions/, /^Select/]],
    [`/queue/${batch}`, 'Who?', [/^Resume/, /^Cancel/, /^Add more/]],
    ['/answers', 'Who leads the choir?', [/^Drop/]],
    ['/answers/misses?state=all', 'Who leads the choir?', [/^Forget/, /^Warm (?:these|all|\d)/, /^Select/]],
    ['/schedules', 'Each morning', [/^Actions for/, /^New schedule/]],
    ['/documents', 'choir.md', [/^Delete choir/, /^Retry failed/]],
    [`/documents/${document}`, 'May leads the choir', [/^Tags/, /^Read again/, /^Delete/]],
    ['/dead-letters', 'broken_file', [/^Retry/, /^Delete/]],
    ['/project', 'What makes the answers of this project', [/^Export this project/]],
    ['/keys', 'Signed in with', [/^New key/, /^Actions for viewer/]],
    ['/keys/webhooks', 'Addresses that are told', [/^New webhook/]],
    ['/keys/audit', 'Who changed what', [/^Save what is shown/]],
    ['/system', 'Who works', [/^Drain/, /^Import/, /^Seal anew/]],
  ];
}

/** Keeps the names of all that could ever be pressed or ticked since the page began, however short. */
const WATCH = `
  window.offered = new Set();
  const look = () => {
    for (const element of document.querySelectorAll('button, input[type=checkbox]')) {
      const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? '';
      window.offered.add((name || element.textContent).trim());
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });`;

async function offeredOn(page: Page, [path, shown]: Place): Promise<string[]> {
  await page.goto(`${stage().url}${path}`);
  await page.getByText(shown).first().waitFor();
  return page.evaluate('[...window.offered]');
}

/** Who it is comes late: what others are offered must not be there until then. */
async function withLateSession(context: BrowserContext): Promise<void> {
  await context.addInitScript(WATCH);
  await context.route('**/api/v1/session', async (route) => {
    await setTimeout(300);
    await route.continue();
  });
}

test('who may only look is never offered, not even for a moment, what the server would refuse', async () => {
  const admin = new PreheatClient({ baseUrl: stage().url, apiKey: KEY });
  const viewer = await admin.keys.create({ name: 'viewer', project: 'default', scopes: ['read'] });
  const batch = await admin.batches.submit({
    workload: 'answers',
    items: ['Who?', 'Where?', 'When?'],
    paceMs: 3_600_000,
  });
  await admin.batches.pause(batch.id);
  const files = await admin.documents.upload([
    { name: 'choir.md', content: '# Choir\n\nMay leads the choir.\n' },
    { name: 'broken.pdf', content: '%PDF-1.7 and nothing more' },
  ]);
  await admin.batches.wait(files.id);
  await admin.ask('Who leads the choir?');
  await admin.schedules.create({ name: 'Each morning', cron: '0 6 * * *', items: ['Who leads the choir?'] });
  const document = (await admin.documents.list()).items[0]?.id ?? '';
  const places = placesOf(batch.id, document);
  const whoMayDoAll = signedInAs(KEY, async (page) => {
    for (const [path, shown, offered] of places) {
      await page.goto(`${stage().url}${path}`);
      await page.getByText(shown).first().waitFor();
      for (const name of offered)
        await page.getByRole('button', { name }).or(page.getByRole('checkbox', { name })).first().waitFor();
    }
  });
  const whoMayLook = signedInAs(viewer.key, async (page) => {
    for (const place of places) {
      const offered = await offeredOn(page, place);
      const wrong = offered.filter((name) => place[2].some((action) => action.test(name)));
      assert.deepEqual(wrong, [], place[0]);
    }
    await page.goto(`${stage().url}/queue/${batch.id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Results as CSV' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'Delete' }).count(), 0);
    await page.goto(`${stage().url}/warm`);
    await page.getByText('Your key may look, and not warm').waitFor();
  });
  await Promise.all([whoMayDoAll, whoMayLook]);
});

function signedInAs(key: string, look: (page: Page) => Promise<unknown>): Promise<void> {
  // What the pages ask for and is refused: webhooks and the audit are for admins.
  const refused = [...expected, /403/];
  return stage().visit({ path: '/', expected: refused, prepare: withLateSession }, async (page) => {
    await keyField(page).fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Keys' }).first().waitFor();
    await look(page);
  });
}
