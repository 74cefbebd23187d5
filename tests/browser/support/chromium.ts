import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Where this machine has Chromium; null where it has none. */
export const CHROMIUM =
  ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, 'chromium'))
    .find((path) => existsSync(path)) ?? null;

export function openChromium(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('Chromium is not on this machine: apt-get install chromium');
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}
