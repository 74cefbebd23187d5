import { openScenes } from '../tests/browser/support/scenes.ts';
import { Stage } from '../tests/browser/support/stage.ts';

/**
 * How long the admin page takes, in a browser that was never there, on a server with the sample data:
 * `node scripts/page-speed.ts`. It can be used once it is there (it is drawn by the code that listens); the keys show it.
 */
const VISITS = 9;

const stage = await Stage.open();
const painted: number[] = [];
const usable: number[] = [];
const moved: number[] = [];
try {
  await openScenes(stage.client);
  for (let visit = 0; visit < VISITS; visit += 1) {
    // The first requests in `visit` are those of an empty browser: nothing is cached.
    await stage.visit('/', async (page) => {
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      usable.push(await page.evaluate<number>('performance.now()'));
      await page.keyboard.press('g');
      await page.keyboard.press('s');
      await page.getByRole('heading', { level: 1, name: 'System' }).waitFor();
      moved.push(await page.evaluate<number>('performance.now()'));
      painted.push(
        await page.evaluate<number>(
          `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`,
        ),
      );
    });
  }
} finally {
  await stage.close();
}

const median = (values: readonly number[]): number =>
  Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN);
process.stdout.write(
  `Medians of ${VISITS} visits: first paint after ${median(painted)} ms, usable after ${median(usable)} ms ` +
    `(at most ${Math.round(Math.max(...usable))}), on another page by two keys after ${median(moved)} ms.\n`,
);
