import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';

/** A command line of curl, as a request. */
export interface CurlRequest {
  readonly url: string;
  readonly init: RequestInit;
}

/**
 * Reads one command line of curl as the shell and curl would, for the few options that our documents use. Anything
 * else is an error: better than to run something other than what is shown. Files are taken relative to the working
 * folder.
 */
export async function readCurl(command: string): Promise<CurlRequest> {
  const [program, ...words] = wordsOf(command);
  if (program !== 'curl') throw new Error(`This is no curl command: ${command}`);
  const seen: Seen = { urls: [], method: null, headers: new Headers(), body: null, form: null };
  const rest = words.filter((word) => !SILENT.has(word));
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('-')) await takeOption(seen, word, rest.shift());
    else seen.urls.push(word);
  }
  const [url] = seen.urls;
  if (url === undefined || seen.urls.length > 1) throw new Error(`One address is needed: ${command}`);
  const body = seen.form ?? seen.body;
  const method = seen.method ?? (body === null ? 'GET' : 'POST');
  return { url, init: { method, headers: seen.headers, body } };
}

async function takeOption(seen: Seen, name: string, value: string | undefined): Promise<void> {
  const take = OPTIONS[name];
  if (take === undefined || value === undefined) throw new Error(`This cannot read ${name}`);
  await take(seen, value);
}

interface Seen {
  readonly urls: string[];
  method: string | null;
  readonly headers: Headers;
  body: string | null;
  form: FormData | null;
}

/** They change what is printed, not what is sent. */
const SILENT = new Set(['-s', '-i', '-N', '-sN', '-si']);

const OPTIONS: Readonly<Record<string, (seen: Seen, value: string) => void | Promise<void>>> = {
  '-X': (seen, value) => void (seen.method = value),
  '-d': (seen, value) => {
    seen.body = value;
    if (!seen.headers.has('content-type'))
      seen.headers.set('content-type', 'application/x-www-form-urlencoded');
  },
  '-H': (seen, value) => {
    const colon = value.indexOf(':');
    seen.headers.set(value.slice(0, colon), value.slice(colon + 1).trim());
  },
  '-F': async (seen, value) => {
    seen.form ??= new FormData();
    const [name = '', ...rest] = value.split('=');
    const content = rest.join('=');
    if (content.startsWith('@')) {
      const path = content.slice(1);
      seen.form.append(name, await openAsBlob(path), basename(path));
    } else seen.form.append(name, content);
  },
};

/** Words as a shell makes them, without expansions: a `$` or a pipe would need a real shell. */
function wordsOf(command: string): string[] {
  const words: string[] = [];
  const pattern = /'([^']*)'|"([^"$`\\]*)"|([^\s'"$`|;&<>\\]+)|(\\\n|\s+)|(.)/gs;
  let word: string | null = null;
  for (const [, single, double, plain, space, odd] of command.trim().matchAll(pattern)) {
    if (odd !== undefined) throw new Error(`"${odd}" is more than this can read: ${command}`);
    if (space === undefined) word = (word ?? '') + (single ?? double ?? plain ?? '');
    else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
