import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { EMPTY_SCENES, ERROR_SCENES, openScenes } from '../tests/browser/support/scenes.ts';
import type { Scene } from '../tests/browser/support/scenes.ts';
import { Stage } from '../tests/browser/support/stage.ts';
import type { Visit } from '../tests/browser/support/stage.ts';

/**
 * Takes a picture of every page, light, dark and on a phone, with sample data, empty and in error, into screenshots/:
 * `node scripts/screenshots.ts`, or `--only batch` for those whose name has that in it.
 */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const FOLDER = join(import.meta.dirname, '..', 'screenshots');
const LOOKS = [
  { name: 'light', scheme: 'light', viewport: { width: 1280, height: 860 } },
  { name: 'dark', scheme: 'dark', viewport: { width: 1280, height: 860 } },
  { name: 'phone', scheme: 'light', viewport: { width: 390, height: 844 } },
] as const;
/** Charts and pictures of what was hovered over settle meanwhile. */
const SETTLE_MS = 350;
/** The client tries again a few times before it says that something is broken. */
const BROKEN_MS = 1_500;
const BROKEN_SCENES = EMPTY_SCENES.map((scene) => ({ ...scene, ready: () => sleep(BROKEN_MS) }));

if (values.only === '') rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });

const stage = await Stage.open();
try {
  await takeAll('empty', EMPTY_SCENES);
  await takeAll('data', await openScenes(stage.client));
  await takeAll('error', ERROR_SCENES, { expected: [/404/] });
  await takeAll('broken', BROKEN_SCENES, { expected: [/500|Failed/], prepare: breakServer });
} finally {
  await stage.close();
}

async function takeAll(state: string, scenes: readonly Scene[], visit: Partial<Visit> = {}): Promise<void> {
  for (const scene of scenes) {
    for (const { name: look, ...how } of LOOKS) {
      const name = `${state}-${scene.name}-${look}`;
      if (!name.includes(values.only)) continue;
      try {
        await stage.visit({ ...visit, ...how, path: scene.path }, async (page) => {
          await scene.ready(page);
          await sleep(SETTLE_MS);
          await page.screenshot({ path: join(FOLDER, `${name}.png`) });
        });
        process.stdout.write(`${name}\n`);
      } catch (error) {
        process.exitCode = 1;
        process.stdout.write(`${name}: ${String(error)}\n`);
      }
    }
  }
}

/** Every call is answered with an error. */
function breakServer(context: BrowserContext): Promise<unknown> {
  const problem = {
    type: 'about:blank',
    title: 'Something broke here',
    status: 500,
    code: 'internal',
    detail: 'Something broke here. Try again; if it goes on, the log has the reason.',
    requestId: 'req_1234',
  };
  const reply = { status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) };
  return context.route('**/api/v1/**', (route) => route.fulfill(reply));
}
