import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import type { Progress } from '#sdk/index.ts';
import { loadHandbook, questions } from './support/samples.ts';
import { test, useStage } from './support/stage.ts';

const stage = useStage({ fill: loadHandbook });
const bar = (page: Page) => page.getByRole('progressbar', { name: 'Progress' });

const STYLE_SHEETS = `[...document.styleSheets].map(({ href }) => href).join()`;

/** What a browser says of a server that is not there. */
const AWAY =
  /ERR_CONNECTION_REFUSED|ERR_SOCKET_NOT_CONNECTED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/;

/** What a page that watches its own layout counted so far. */
const SHIFTS = `window.shifts = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput)
    window.shifts.push({ value: entry.value, moved: entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120)) });
}).observe({ type: 'layout-shift', buffered: true });`;

/** A pace at which no batch ends by itself, however slow the machine is that looks at it. */
const SLOW_MS = 1_000;

test('two tabs on one batch stay in step, whichever of them acts', async () => {
  const { client } = stage();
  const { id } = await client.batches.submit({
    workload: 'answers',
    items: questions(150, 'training'),
    paceMs: SLOW_MS,
  });
  await stage().visit(`/queue/${id}`, async (one) => {
    const two = await one.context().newPage();
    await two.goto(`/queue/${id}`);
    await one.getByRole('button', { name: 'Pause' }).click();
    await two.getByText('Nothing: the batch is paused').waitFor();
    await two.getByRole('button', { name: 'Resume' }).click();
    await one.getByRole('button', { name: 'Pause' }).waitFor();
    await client.batches.change(id, { paceMs: 20 });
    await Promise.all([one, two].map((page) => page.getByText('Warmed 150 of 150').waitFor()));
    for (const page of [one, two]) assert.equal(await bar(page).getAttribute('aria-valuenow'), '150');
    await one.getByRole('button', { name: 'More actions' }).click();
    await one.getByRole('menuitem', { name: 'Delete' }).click();
    await one.getByRole('button', { name: 'Delete' }).click();
    await one.getByRole('heading', { name: 'Queue' }).waitFor();
  });
});

test('a server killed under an open page is missed, and found again; the batch ends right', async () => {
  const { id } = await stage().client.batches.submit({
    workload: 'answers',
    name: 'Through a crash',
    items: questions(300, 'pay'),
    paceMs: SLOW_MS,
  });
  await stage().visit({ path: `/queue/${id}`, expected: [AWAY] }, async (page) => {
    await processed(page, 1);
    await stage().kill();
    await page.getByText('Reconnecting…').waitFor();
    await page.getByRole('heading', { name: 'Through a crash' }).waitFor();
    await stage().start();
    await page.getByText('Reconnecting…').waitFor({ state: 'hidden' });
    await stage().client.batches.change(id, { paceMs: 0 });
    await page.getByText('Warmed 300 of 300').waitFor();
    await page.getByRole('button', { name: 'Completed 300' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Retry/ }).count(), 0);
  });
});

test('a worker is drained on the System page: it finishes, and ends', async () => {
  const worker = await stage().startWorker();
  const name = new RegExp(`^Drain .+, process ${worker.process.pid}$`);
  await stage().visit('/system', async (page) => {
    await page.getByRole('heading', { name: '2 workers' }).waitFor();
    await page.getByRole('button', { name }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It finishes what it has, takes no more, and ends.').waitFor();
    await dialog.getByRole('button', { name: 'Drain' }).click();
    assert.equal(await worker.ended, 0);
    await page.getByRole('heading', { name: '1 worker' }).waitFor();
  });
});

test('parts of the page that are asked for while the server is away come when it is back', async () => {
  const { id } = await stage().client.batches.submit({
    workload: 'answers',
    name: 'Out of reach',
    items: questions(50, 'the lift'),
    paceMs: 3_600_000,
  });
  const expected = [AWAY, /Failed to fetch dynamically imported module|Unable to preload CSS/];
  await stage().visit({ path: `/queue/${id}`, expected }, async (page) => {
    const lost = (name: string) =>
      page.waitForEvent('requestfailed', (request) => request.url().includes(`/assets/${name}`));
    await page.getByRole('heading', { name: 'Out of reach' }).waitFor();
    await stage().kill();
    await Promise.all([lost('add-items'), page.getByRole('button', { name: 'Add more' }).click()]);
    await stage().start();
    await page.getByRole('dialog', { name: 'Add questions to this batch' }).getByLabel('Close').click();
    await stage().kill();
    await Promise.all([lost('system-page'), page.getByRole('link', { name: 'System' }).click()]);
    await stage().start();
    await page.getByRole('heading', { name: 'System' }).waitFor();
    assert.match(await page.evaluate(STYLE_SHEETS), /system-page/, 'the page came with its styles');
  });
  await stage().client.batches.delete(id);
});

for (const width of [1280, 390]) {
  test(`nothing moves on a page ${width} wide while a batch runs and ends`, async () => {
    const { id } = await stage().client.batches.submit({
      workload: 'answers',
      items: questions(200, `office space of ${width}`),
      paceMs: 15,
    });
    const prepare = (context: BrowserContext) => context.addInitScript(SHIFTS);
    const viewport = { width, height: 860 };
    await stage().visit({ path: `/queue/${id}`, prepare, viewport }, async (page) => {
      await page.getByText('Warmed 200 of 200').waitFor();
      const shifts: { value: number; moved: string[] }[] = await page.evaluate('window.shifts');
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      assert.ok(sum < 0.02, `The layout shifted by ${sum}: ${JSON.stringify(shifts, null, 1)}`);
    });
  });
}

test('an hour of progress, replayed fast, leaves the memory of the page small', async () => {
  const total = 7_200;
  const { id } = await stage().client.batches.submit({
    workload: 'answers',
    items: questions(total, 'memory'),
    paceMs: 3_600_000,
  });
  const sizes: number[] = [];
  const replay = replayOf(id, total, 900);
  const prepare = (context: BrowserContext) => context.route(`**/batches/${id}/events`, replay);
  await stage().visit({ path: `/queue/${id}`, prepare }, async (page) => {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    for (let done = 900; done <= total; done += 900) {
      await processed(page, done);
      const { metrics } = await cdp.send('Performance.getMetrics');
      sizes.push(metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Infinity);
    }
  });
  const most = Math.max(...sizes) / 2 ** 20;
  assert.ok(most < 60, `The heap came to ${most} MiB: ${sizes.join(', ')}`);
  await stage().client.batches.delete(id);
});

/** Waits until the bar says so; as a function, since the page's CSP lets no text be run as code. */
async function processed(page: Page, least: number): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    Number(await bar(page).getAttribute('aria-valuenow')) >= least;
  while (!(await isThere())) await page.waitForTimeout(50);
}

/** Streams that end after some events each, as of a server that is restarted again and again. */
function replayOf(id: string, total: number, perStream: number) {
  let processed = 0;
  return async (route: { fulfill(reply: object): Promise<void> }): Promise<void> => {
    const frames: string[] = [];
    for (let sent = 0; sent < perStream && processed < total; sent += 1) {
      processed += 1;
      frames.push(frameOf(id, processed, total));
    }
    await route.fulfill({ status: 200, contentType: 'text/event-stream', body: frames.join('') });
  };
}

function frameOf(id: string, processed: number, total: number): string {
  const current = [1, 2, 3].map((offset) => ({
    id: `itm_${(processed + offset).toString(36)}`,
    description: `How much memory has colleague number ${processed + offset}?`,
    startedAt: new Date().toISOString(),
    stage: null,
    step: null,
  }));
  const data: Progress = {
    id,
    name: null,
    workload: 'answers',
    version: 1_000_000 + processed,
    status: 'processing',
    total,
    processed,
    completed: processed,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    discovered: 0,
    expectedTotal: null,
    ratePerSecond: 2,
    etaSeconds: (total - processed) / 2,
    hold: null,
    current,
  };
  return `id: ${data.version}\nevent: progress\ndata: ${JSON.stringify(data)}\n\n`;
}
