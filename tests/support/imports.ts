import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');

const IMPORT =
  /(?:^|[\s;}])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;
const START = /new URL\(\s*['"]([^'"]+)['"]/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const ALIASES: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports;

/** What a file imports, as written there: types and what it loads later too. */
export function importsOf(file: string): string[] {
  return [...codeOf(file).matchAll(IMPORT)].map((match) => (match[1] ?? match[2]) as string);
}

/** Files that a file names by their address, such as those that it starts as threads. */
export function startsOf(file: string): string[] {
  return [...codeOf(file).matchAll(START)].map((match) => match[1] as string);
}

/** The file a specifier points at, relative to the root; null when it is a package or a Node module. */
export function locate(file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(ROOT, file, '..', specifier));
  const alias = Object.keys(ALIASES).find((key) => specifier.startsWith(key.replace('*', '')));
  return alias ? join(ALIASES[alias] as string, '..', specifier.slice(alias.length - 1)) : null;
}

function codeOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replace(COMMENT, '');
}
