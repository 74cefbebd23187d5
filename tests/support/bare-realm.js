// Runs the client in a realm that has the web's own globals and no other, as browsers, Deno, Bun and workers do.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createContext, SourceTextModule } from 'node:vm';

const NAMES = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'DOMException',
  'Event',
  'EventTarget',
  'FormData',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'clearInterval',
  'clearTimeout',
  'crypto',
  'fetch',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
  'structuredClone',
];
const said = [];
const context = createContext({
  ...Object.fromEntries(NAMES.map((name) => [name, globalThis[name]])),
  say: (...words) => said.push(words.join(' ')),
});

const PROGRAM = `
  import { PreheatClient } from '@preheat/sdk';
  const preheat = new PreheatClient({ baseUrl: '${process.env.PREHEAT_URL}' });
  const items = ['Can I bring the dog to work?'];
  const files = [{ name: 'questions.txt', content: new Blob([items.join('\\n')]) }];
  const batch = await preheat.batches.upload(files, { workload: 'answers' });
  let last;
  for await (const event of preheat.batches.watch(batch.id)) last = event;
  let status;
  for await (const event of preheat.asks.stream(items[0])) if (event.event === 'answer') status = event.asked.cache.status;
  say(typeof process, typeof Buffer, last.event, last.processed, 'of', last.total, status);
`;

const loaded = new Map();

function load(path) {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const made = new SourceTextModule(readFileSync(path, 'utf8'), {
    context,
    identifier: path,
    importModuleDynamically: loadLater,
  });
  loaded.set(path, made);
  return made;
}

async function loadLater(specifier, { identifier }) {
  const made = load(locate(specifier, identifier));
  if (made.status === 'unlinked') await made.link(link);
  if (made.status === 'linked') await made.evaluate();
  return made;
}

function link(specifier, { identifier }) {
  return load(locate(specifier, identifier));
}

/** Relative, or the entry of a package; anything of Node's is not there. */
function locate(specifier, from) {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  if (specifier === '@preheat/sdk' || specifier === 'zod')
    return new URL(import.meta.resolve(specifier)).pathname;
  throw new Error(`${from} imports ${specifier}`);
}

const program = new SourceTextModule(PROGRAM, { context, identifier: join(process.cwd(), 'program.js') });
await program.link(link);
await program.evaluate();
process.stdout.write(`${said.join('\n')}\n`);
