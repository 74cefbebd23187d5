import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { EMPTY_SCENES, ERROR_SCENES, openScenes } from './support/scenes.ts';
import type { Scene } from './support/scenes.ts';
import { test, useStage } from './support/stage.ts';

const stage = useStage();
const NARROWEST = 360;
const WIDE = { width: 1280, height: 860 };

/**
 * Each page is looked at once, in one window that goes from page to page without loading: on a machine of two cores
 * loading the page and axe anew each time was most of the time.
 */
test('axe finds nothing grave on any page, light or dark, and none is wider than a small phone', () =>
  stage().visit({ path: '/', expected: [/404/] }, async (page) => {
    await page.evaluate(axe.source);
    await page.evaluate(STAND_STILL);
    const found: Record<string, string[]> = {};
    const look = async (scenes: readonly Scene[]): Promise<void> => {
      for (const scene of scenes) {
        await goTo(page, scene);
        const findings = await findingsOn(page);
        if (findings.length > 0) found[scene.name] = findings;
      }
    };
    await look(EMPTY_SCENES);
    await look(ERROR_SCENES);
    await look(await openScenes(stage().client));
    assert.deepEqual(found, {});
  }));

/** A colour on its way to another is neither; the page's CSP lets no style sheet in but in this way. */
const STAND_STILL = `{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

/** By way of a page that has nothing, so that no drawer, selection or typed text comes along. */
async function goTo(page: Page, { path, ready }: Scene): Promise<void> {
  for (const to of ['/nowhere-at-all', path]) {
    await page.evaluate(`history.pushState({}, '', ${JSON.stringify(to)})`);
    if (to !== path) await page.getByText('There is no such page').waitFor();
  }
  await ready(page);
}

async function findingsOn(page: Page): Promise<string[]> {
  const findings = await violations(page, {
    resultTypes: ['violations'],
    rules: { 'target-size': { enabled: true } },
  });
  // The scheme changes colours and nothing else.
  await scheme(page, 'dark');
  findings.push(...(await violations(page, { runOnly: ['color-contrast'], resultTypes: ['violations'] })));
  await scheme(page, 'light');
  await page.setViewportSize({ width: NARROWEST, height: 740 });
  findings.push(...(await page.evaluate<string[]>(OVERHANGING)));
  await page.setViewportSize(WIDE);
  return findings;
}

/** What stands out of the window, once the layout has settled; what scrolls within itself may be wider. */
const OVERHANGING = `new Promise((settled) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const isOut = (node) => node.getBoundingClientRect().right > clientWidth + 1;
  const wide = scrollWidth > clientWidth ? [...document.querySelectorAll('body *')].filter(isOut) : [];
  settled(wide.slice(0, 3).map((node) => 'out of a window of ' + clientWidth + ': ' + node.outerHTML.slice(0, 200)));
})))`;

async function scheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
}

const GRAVE = new Set(['serious', 'critical']);

async function violations(page: Page, options: axe.RunOptions): Promise<string[]> {
  const results = await page.evaluate<axe.AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return results.violations
    .filter(({ impact }) => GRAVE.has(impact ?? ''))
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary ?? ''}`));
}
