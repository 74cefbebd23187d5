import assert from 'node:assert/strict';
import { after } from 'node:test';
import { verifyWebhook } from '#sdk/index.ts';
import { Receiver } from '../support/receiver.ts';
import { test, useStage } from './support/stage.ts';

const stage = useStage({
  environment: { PREHEAT_OUTBOUND_ALLOW: '127.0.0.1', PREHEAT_WEBHOOK_RETRY_MS: '600000' },
});
const receiver = await Receiver.open();
after(() => receiver.close());

test('a webhook is made, tested, looked at, and switched on again after the server switched it off', () =>
  stage().visit({ path: '/keys/webhooks' }, async (page) => {
    await page.getByRole('button', { name: 'New webhook' }).click();
    await page.getByLabel('Name').fill('Chat');
    await page.getByLabel('Address').fill(receiver.url);
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    const shown = page.getByRole('region', { name: 'The secret' });
    const secret = (await shown.locator('code').innerText()).trim();
    await shown.getByRole('button', { name: 'I have it' }).click();
    const act = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for Chat' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await act('Send a test');
    await page.getByText('The test arrived').waitFor();
    const [told] = receiver.received;
    assert.equal(
      (await verifyWebhook(told?.body ?? '', told?.headers ?? {}, secret)).event.type,
      'webhook.test',
    );
    receiver.manners.push('gone');
    await act('Send a test');
    const note = page.getByRole('region', { name: 'Switched off' });
    await note.getByText('It answered 410 Gone').waitFor();
    await act('Switch on');
    await note.waitFor({ state: 'detached' });
    await act('Deliveries');
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Given up').waitFor();
    await drawer.getByRole('button', { name: 'Send again' }).click();
    await drawer.getByText('Given up').waitFor({ state: 'detached' });
  }));
