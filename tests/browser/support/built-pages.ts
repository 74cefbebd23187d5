import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SOURCES = [
  'web/{src,public}/**/*',
  'web/*.*',
  'sdk/**/*.ts',
  'examples/handbook/*',
  'package-lock.json',
];
const VITE = join(ROOT, 'node_modules', '.bin', 'vite');
const BUILDS = join(ROOT, 'tmp', 'pages');
const KEPT_MS = 24 * 3_600_000;

/**
 * The folder of the admin page as its sources are now, built when there is none yet.
 *
 * Not `web/dist`: that may be older than the sources, and a build into it would pull the files away from under whoever
 * serves them. Files of tests that start at the same time may build twice; the first one to end is kept.
 */
export async function builtPages(): Promise<string> {
  const folder = join(BUILDS, hashOfSources());
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  try {
    const words = [VITE, 'build', 'web', '--outDir', unfinished, '--emptyOutDir', '--logLevel', 'warn'];
    await promisify(execFile)(process.execPath, words, { cwd: ROOT });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  removeOld();
  return folder;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const entry of globSync(SOURCES, { cwd: ROOT, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  for (const name of readdirSync(BUILDS)) {
    const path = join(BUILDS, name);
    const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
