import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { Refusal } from '../refusal.ts';

/** A file to send, under the name it will have as a document. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/**
 * The files that the paths stand for; folders are gone through, without what is hidden or unfinished in them.
 *
 * A document's name is the path inside the folder that was given, so that the same folder ingested from elsewhere gives
 * the same documents. Where that makes two the same, the path from here tells them apart.
 *
 * @throws Refusal that names every path that is not there
 */
export function collectFiles(paths: readonly string[]): FoundFile[] {
  const missing = paths.filter((path) => statSync(path, { throwIfNoEntry: false }) === undefined);
  if (missing.length > 0) throw new Refusal(`There is no such file or folder: ${missing.join(', ')}`);
  const found = new Map<string, FoundFile>();
  for (const path of paths) for (const file of filesAt(path)) found.set(file.path, file);
  if (found.size === 0)
    throw new Refusal(`There are no files in ${paths.join(', ')}.`, [
      'Hidden and unfinished files are left out.',
    ]);
  return withDistinctNames([...found.values()]);
}

/**
 * What is in a folder now, hidden and unfinished files left out; possibly nothing.
 *
 * @throws Refusal when it is no folder
 */
export function filesInFolder(folder: string): FoundFile[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Refusal(`${folder} is not a folder.`);
  return [...filesAt(folder)];
}

function* filesAt(path: string): Generator<FoundFile, void, void> {
  const stats = statSync(path);
  if (!stats.isDirectory()) {
    yield { path, name: basename(path), bytes: stats.size };
    return;
  }
  for (const inside of walk(path)) {
    const name = relative(path, inside).split(sep).join('/');
    yield { path: inside, name, bytes: statSync(inside).size };
  }
}

/** What editors, office programs and downloads keep beside a file while somebody is at it. */
const UNFINISHED = /~$|^~\$|^#.*#$|___jb_(?:tmp|old)___$|\.(?:tmp|part|partial|crdownload|download)$/i;

/** In the order of names. Links to files count, links to folders do not: they may lead in circles. */
function* walk(folder: string): Generator<string, void, void> {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || UNFINISHED.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile() || statSync(path, { throwIfNoEntry: false })?.isFile() === true) yield path;
  }
}

function withDistinctNames(files: readonly FoundFile[]): FoundFile[] {
  const times = Map.groupBy(files, ({ name }) => name);
  return files.map((file) =>
    times.get(file.name)?.length === 1
      ? file
      : { ...file, name: relative('.', file.path).split(sep).join('/') },
  );
}
