import { PreheatClient } from '#sdk/index.ts';
import { readOperations } from './operations.ts';
import type { Operation } from './operations.ts';
import { pick, valueFor } from './values.ts';
import type { Random } from './values.ts';

export interface Finding {
  readonly what: string;
  readonly request: string;
}

export interface FuzzSettings {
  readonly url: string;
  readonly key: string;
  readonly random: Random;
  /** How many requests; each operation gets its turn. */
  readonly requests: number;
  readonly inFlight?: number;
  readonly onProgress?: (done: number) => void;
}

export interface FuzzReport {
  readonly requests: number;
  readonly operations: number;
  /** By status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Operations that were never let in and answered with what they are for. */
  readonly neverGood: readonly string[];
  readonly findings: readonly Finding[];
}

const BEGIN_AGAIN = 1_500;

/** Longer than this no answer takes: a stream says its first byte, a wait that is asked for is short. */
const HUNG_MS = 40_000;
/** What nobody outside is to see. */
const INSIDE =
  /\bat [\w.<>]+ \(|node:internal|file:\/\/|\.ts:\d+|SQLITE_|sqlite3?\b|\bpg_|syntax error at|select .+ from /i;

/** Sends what fits and what does not to every operation of a server, and tells what should not have come back. */
export async function fuzz(settings: FuzzSettings): Promise<FuzzReport> {
  const { url, requests, inFlight = 8, onProgress } = settings;
  const operations = (await readOperations(url)).filter((operation) => !isFatal(operation));
  const ids = new Map<string, string[]>();
  for (const text of await begin(settings)) remember(ids, text);
  const statuses: Record<string, number> = {};
  const good = new Set<string>();
  const findings: Finding[] = [];
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < requests && findings.length < 50) {
      const operation = operations[sent % operations.length] as Operation;
      sent += 1;
      onProgress?.(sent);
      // What was there has been deleted by now.
      if (sent % BEGIN_AGAIN === 0) for (const text of await begin(settings)) remember(ids, text);
      const { request, init } = requestFor(settings, operation, ids);
      const seen = await send(url + request, init);
      const status = String(seen.status ?? 'none');
      statuses[status] = (statuses[status] ?? 0) + 1;
      if ((seen.status ?? 500) < 300) good.add(nameOf(operation));
      if (seen.problem !== null)
        findings.push({
          what: seen.problem,
          request: `${describe(operation, request, init)} → ${seen.text.slice(0, 300)}`,
        });
      remember(ids, seen.text);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const neverGood = operations.map(nameOf).filter((name) => !good.has(name));
  return { requests: sent, operations: operations.length, statuses, neverGood, findings };
}

/**
 * Something of each kind, so that there is something to ask about; gives what the server said of it. Later on what was
 * sent before may be in the way: a project that may do nothing more, batches that are paused.
 */
async function begin({ url, key }: FuzzSettings): Promise<string[]> {
  const client = new PreheatClient({ baseUrl: url, apiKey: key, retries: 0 });
  const note = '# Leave\n\nYou get 26 days of holiday in a year. Unused days move into March.\n';
  const items = ['How many days of holiday do I get?', 'Who heads engineering?'];
  const wait = (id: string) => client.batches.wait(id, { signal: AbortSignal.timeout(2_000) });
  const caps = { caps: null, rates: null, tokensPerDay: null };
  const steps: (() => Promise<unknown>)[] = [
    ...['default', 'north', 'gone'].map((name) => () => client.projects.create(name)),
    ...['default', 'north'].map((name) => () => client.projects.change(name, caps)),
    async () => wait((await client.documents.upload([{ name: 'leave.md', content: note }])).id),
    async () => wait((await client.batches.submit({ workload: 'answers', items })).id),
    () => client.batches.submit({ workload: 'answers', items, paceMs: 3_600_000 }),
    () => client.ask(items[0] as string),
    () => client.asks.start('When do unused days move?'),
    () => client.batches.list(),
    async () => client.batches.items((await client.batches.list({ workload: 'answers' })).items[0]?.id ?? ''),
    () => client.answers.list(),
    () => client.misses.list(),
    () => client.documents.list(),
    () => client.system.workers(),
    () => client.keys.create({ name: 'fuzz', scopes: ['read'] }),
    () =>
      client.schedules.create({
        name: `s${Math.random()}`,
        cron: '0 6 * * *',
        timeZone: 'UTC',
        workload: 'answers',
        items,
      }),
  ];
  const said: string[] = [];
  for (const step of steps) said.push(JSON.stringify(await step().catch(() => null)) ?? '');
  return said;
}

/** A server that takes no more items would only refuse from then on. */
function isFatal({ path }: Operation): boolean {
  return path.endsWith('/drain');
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

function describe(operation: Operation, request: string, init: RequestInit): string {
  const body = typeof init.body === 'string' ? init.body.slice(0, 400) : '(no text)';
  return `${nameOf(operation)} ${request.slice(0, 200)} ${JSON.stringify(init.headers).slice(0, 300)} ${body}`;
}

const STRANGE_IDS = [
  'zzz_zzz',
  'bat_0',
  'bat_999999999999',
  '%00',
  '..%2F..',
  '%F0%9F%98%80',
  'a'.repeat(500),
  '%',
  '-1',
];

function requestFor(
  { random, key }: FuzzSettings,
  operation: Operation,
  ids: ReadonlyMap<string, readonly string[]>,
): { request: string; init: RequestInit } {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const isDelete = operation.method === 'DELETE';
    const projects = isDelete ? ['gone'] : ['default', 'north'];
    const known = name === 'projectName' ? projects : (ids.get(prefixOf(name)) ?? []);
    return known.length > 0 && random() < (isDelete ? 0.2 : 0.85)
      ? pick(random, known)
      : pick(random, STRANGE_IDS);
  });
  const query = operation.query
    .filter(() => random() < 0.3)
    .map(({ name, schema }) => {
      // A wait is for as long as it says, a listener for ever: short ones, please.
      const value = name === 'waitSeconds' ? Math.floor(random() * 2) : valueFor(random, schema);
      return `${encodeURIComponent(name)}=${encoded(String(value))}`;
    });
  const headers: Record<string, string> = random() < 0.95 ? { Authorization: `Bearer ${key}` } : {};
  for (const [name, values] of Object.entries(HEADERS))
    if (random() < 0.06) headers[name] = pick(random, values);
  const init: RequestInit = { method: operation.method, headers };
  if (operation.method !== 'GET') Object.assign(init, bodyFor(random, operation, headers));
  return { request: path + (query.length === 0 ? '' : `?${query.join('&')}`), init };
}

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'Preheat-Project': ['north', 'default', 'default', 'default', 'nowhere', '~1', 'x'.repeat(300), '../x'],
  'Preheat-User': ['alice', 'x'.repeat(300), ''],
  'Idempotency-Key': ['k1', 'k2', 'x'.repeat(300)],
  'X-Request-Id': ['r1', 'x'.repeat(200), '"><'],
  'Last-Event-ID': ['0', '5', '-1', 'abc', '99999999999999999999'],
  'Cache-Control': ['no-store', 'max-age=abc', 'only-if-cached, no-cache'],
  Accept: ['text/csv', 'application/x-ndjson', '*/*', 'nonsense'],
  'X-Forwarded-For': ['10.0.0.1', 'garbage', '::1'],
  Cookie: ['preheat_session=' + 'a'.repeat(43), 'x=y'],
  'If-None-Match': ['"x"', '*'],
};

function bodyFor(random: Random, { bodies }: Operation, headers: Record<string, string>): RequestInit {
  const [type, schema] = pick(random, [
    ...Object.entries(bodies),
    ...(Object.keys(bodies).length === 0 ? [['', {}] as const] : []),
  ]);
  if (type === '') return random() < 0.8 ? {} : { body: '{}' };
  if (type.startsWith('multipart/')) return { body: formFor(random, schema) };
  headers['Content-Type'] = random() < 0.97 ? type : 'text/plain';
  const text = JSON.stringify(valueFor(random, schema)) ?? 'null';
  const way = random();
  if (way < 0.03) return { body: text.slice(0, Math.floor(random() * text.length)) };
  if (way < 0.05) return { body: `\ufeff${text}` };
  if (way < 0.06) return { body: new Uint8Array([0xff, 0xfe, 0x00, 0x80]) };
  if (way < 0.07) return { body: `{"__proto__": {"isAdmin": true}, "constructor": ${text}}` };
  return { body: text };
}

function formFor(random: Random, schema: Parameters<typeof valueFor>[1]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries((valueFor(random, schema) ?? {}) as object))
    form.append(name, typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? ''));
  const files = [
    '# Note\n\nThe answer is forty-two.\n',
    '',
    '\0\0\0',
    'a,b\n1,"2',
    '{"question": 1}',
    '%PDF-1.4 broken',
    'PK\u0003\u0004',
  ];
  const names = [
    'note.md',
    'q.txt',
    'list.csv',
    'x.jsonl',
    'broken.pdf',
    'a.zip',
    '../up.md',
    'x'.repeat(400),
  ];
  for (let at = Math.floor(random() * 3); at >= 0; at -= 1)
    form.append('file', new Blob([pick(random, files)]), pick(random, names));
  return form;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed().slice(0, 2_000));
}

interface Seen {
  readonly status: number | null;
  readonly text: string;
  readonly problem: string | null;
}

async function send(url: string, init: RequestInit): Promise<Seen> {
  const until = new AbortController();
  const timer = setTimeout(() => until.abort(new Error('hung')), HUNG_MS);
  try {
    const response = await fetch(url, { ...init, signal: until.signal });
    const text = await readSome(response);
    return { status: response.status, text, problem: problemOf(response, text) };
  } catch (error) {
    const why = String((error as Error).cause ?? error);
    // What fetch itself will not send is no finding; a connection that breaks is.
    // So is a form that was refused before it was read: the server has answered and closed.
    const isEarly = init.body instanceof FormData && /EPIPE|ECONNRESET/.test(why);
    const isOurs = !until.signal.aborted && (isEarly || /invalid|Invalid|ByteString|header/.test(why));
    return {
      status: null,
      text: why,
      problem: isOurs ? null : `no answer: ${until.signal.aborted ? 'hung' : why}`,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Streams go on for ever: the first of it is enough. */
async function readSome(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.includes('event-stream') !== true) return response.text();
  await response.body?.cancel();
  return '';
}

function problemOf(response: Response, text: string): string | null {
  const { status } = response;
  if (status === 500 || (status > 500 && status !== 503)) return `status ${status}`;
  if (text.includes('"store_failed"')) return 'the store was given what it does not take';
  if (status >= 400 && INSIDE.test(text)) return 'shows its inside';
  if (status >= 400 && !isProblem(response, text)) return `${status} is no problem+json`;
  return response.headers.get('x-injected') === null ? null : 'a header was injected';
}

function isProblem(response: Response, text: string): boolean {
  // Node's own parser refuses before anybody else sees the request.
  if (text === '' || response.headers.get('content-type') === null) return true;
  if (/"status":"(?:not_)?ready"/.test(text)) return true;
  try {
    const body = JSON.parse(text) as { code?: unknown; error?: { code?: unknown } };
    return typeof body.code === 'string' || body.error !== undefined;
  } catch {
    return false;
  }
}

function prefixOf(parameter: string): string {
  return PREFIXES[parameter.replace(/Id$/, '')] ?? parameter;
}

const MOST_IDS = 40;

function remember(ids: Map<string, string[]>, text: string): void {
  for (const [id, prefix] of text.matchAll(/\b([a-z]{2,4})_[a-z0-9]{1,20}\b/g)) {
    const kind = prefix as string;
    const known = ids.get(kind) ?? [];
    if (known.length < MOST_IDS) known.push(id);
    else known[Math.floor(known.length * 0.5)] = id;
    ids.set(kind, known);
  }
}

const PREFIXES: Readonly<Record<string, string>> = {
  batch: 'bat',
  item: 'itm',
  ask: 'ask',
  answer: 'ans',
  miss: 'mis',
  document: 'doc',
  worker: 'wrk',
  operation: 'opr',
  schedule: 'sch',
  key: 'key',
  webhook: 'whk',
  delivery: 'dlv',
};
