import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch } from '#domain/batch.ts';
import type { Json } from '#domain/json.ts';
import type { NewItem } from '#ports/store/batches.ts';
import type { Store } from '#ports/store/store.ts';
import type { IncomingFile, Workload } from '#ports/workload.ts';
import type { SubmitCommand } from './submission.ts';
import { previewBatch, submitBatch } from './submit-batch.ts';
import type { SubmitDeps } from './submit-batch.ts';

const UNTRACED: SubmitDeps['tracer'] = {
  isOn: false,
  span: (_, work) => work({ note: () => undefined, fail: () => undefined }),
  here: () => null,
  close: () => Promise.resolve(),
};

/** The calls that reached the store, by name, and the rows that came with them. */
function begin(refuse: (call: string) => Error | null = () => null) {
  const calls: string[] = [];
  const written: NewItem[] = [];
  const call = (name: string, rows: readonly NewItem[] = []): void => {
    calls.push(name);
    const refusal = refuse(name);
    if (refusal !== null) throw refusal;
    written.push(...rows);
  };
  const batch = { id: 7, status: 'processing' } as Batch;
  const intake: Partial<Store['intake']> = {
    receive: async () => (call('receive'), 7),
    append: async (_, rows) => call('append', rows),
    seal: async () => (call('seal'), batch),
    submit: async (_, rows) => (call('submit', rows), batch),
    submitAndClaim: async (_, rows) => (call('submitAndClaim', rows), { batch, claim: null }),
    discard: async () => call('discard'),
  };
  const batches = { totals: () => Promise.resolve({ pending: 0 }) } as unknown as Store['batches'];
  const deps = {
    store: { intake, batches } as Store,
    workloads: new Map([['lines', lines]]),
    clock: () => 0,
    limits: { maxItems: 10_000, paceMs: 0, maxAttempts: 3, maxPending: 1_000_000 },
    wake: () => void calls.push('wake'),
    tracer: UNTRACED,
    along: async <T>(write: Parameters<SubmitDeps['along']>[0]) =>
      (await write({ workerId: 1, limit: 8, now: 0 })).result as T,
    advance: () => void calls.push('advance'),
  };
  return { deps, calls, written };
}

/** Takes non-empty strings, and files with one of them a line; a file that says so is cut off behind it. */
const lines: Workload = {
  name: 'lines',
  readOptions: (options) =>
    'speed' in options
      ? { problem: { field: 'options.speed', message: 'is not an option' } }
      : { ok: options },
  readEntry: (entry) =>
    typeof entry === 'string' && entry !== ''
      ? { ok: { payload: { line: entry }, sameness: entry } }
      : { problem: { message: 'must be a line' } },
  readFile: async function* ({ bytes }) {
    let line = 0;
    for await (const chunk of bytes) {
      line += 1;
      yield [{ line, read: lines.readEntry(new TextDecoder().decode(chunk)) }];
    }
  },
  describe: (payload) => `the line ${JSON.stringify(payload['line'])}`,
  run: () => Promise.reject(new Error('not run here')),
};

function command(input: SubmitCommand['input'], changes: Partial<SubmitCommand> = {}): SubmitCommand {
  return {
    project: { id: 1, name: 'default', corpusVersion: 0, createdAt: 0 },
    workload: 'lines',
    input,
    source: { kind: 'api', detail: null },
    name: null,
    priority: 0,
    paceMs: null,
    concurrency: null,
    maxAttempts: null,
    options: {},
    metadata: {},
    key: null,
    ...changes,
  };
}

const entries = (values: readonly Json[]): SubmitCommand['input'] => ({ kind: 'entries', entries: values });

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `line ${i + 1}`);
}

/** A file that arrives line by line, and after the last one what `end` says. */
function file(
  name: string,
  texts: readonly string[],
  end: () => void = () => undefined,
): SubmitCommand['input'] {
  const one: IncomingFile = {
    name,
    mediaType: 'text/plain',
    bytes: (async function* () {
      for (const text of texts) yield new TextEncoder().encode(text);
      end();
    })(),
  };
  return {
    kind: 'files',
    files: (async function* () {
      yield one;
    })(),
  };
}

test('what fits into one write is one write, and the workers are woken in its tick', async () => {
  const { deps, calls, written } = begin();
  await submitBatch(deps, command(entries(numbered(2_000))));
  assert.deepEqual(calls, ['submitAndClaim']);
  assert.equal(written.length, 2_000);
});

test('more is received in pieces that nobody sees, then sealed', async () => {
  const { deps, calls, written } = begin();
  await submitBatch(deps, command(entries(numbered(5_001))));
  assert.deepEqual([calls[0], ...calls.slice(-3)], ['receive', 'seal', 'wake', 'wake']);
  assert.ok(calls.slice(1, -3).every((call) => call === 'append'));
  assert.deepEqual(
    written.map(({ payload }) => payload['line']),
    numbered(5_001),
  );
});

test('a sender that hangs up half-way leaves nothing behind', async () => {
  const { deps, calls } = begin();
  const input = file('lines.txt', numbered(3_000), () => {
    throw new Error('The client hung up.');
  });
  await assert.rejects(submitBatch(deps, command(input)), /hung up/);
  assert.deepEqual(calls.slice(-2), ['discard', 'advance']);
  assert.ok(!calls.includes('seal') && !calls.includes('wake'));
});

test('a store that fails half-way leaves nothing behind either, and the first error is the one told', async () => {
  for (const failing of ['append', 'seal']) {
    const { deps, calls } = begin((call) => (call === failing ? new Error(`No ${failing}.`) : null));
    await assert.rejects(
      submitBatch(deps, command(entries(numbered(5_000)))),
      new RegExp(`No ${failing}\\.`),
    );
    assert.deepEqual(calls.slice(-2), ['discard', 'advance'], failing);
  }
  const { deps } = begin((call) =>
    call === 'append' || call === 'discard' ? new Error(`No ${call}.`) : null,
  );
  await assert.rejects(submitBatch(deps, command(entries(numbered(5_000)))), /No append\./);
});

test('an invalid row late in a large submission undoes what was received', async () => {
  const { deps, calls } = begin();
  await assert.rejects(submitBatch(deps, command(entries([...numbered(4_000), '']))), {
    code: 'invalid_items',
    problems: [{ field: 'items[4000]', message: 'must be a line' }],
  });
  assert.deepEqual(calls.slice(-2), ['discard', 'advance']);
});

test('a row of a file is told by its line', async () => {
  const { deps, calls } = begin();
  await assert.rejects(submitBatch(deps, command(file('lines.txt', ['a', 'b', '', 'c']))), {
    code: 'invalid_items',
    problems: [{ line: 3, message: 'must be a line' }],
  });
  assert.deepEqual(calls, []);
});

test('unknown workloads, bad options and options of another workload never reach the store', async () => {
  const { deps, calls } = begin();
  const submit = (changes: Partial<SubmitCommand>) => submitBatch(deps, command(entries(['a']), changes));
  await assert.rejects(submit({ workload: 'linse' }), { code: 'unknown_workload', message: /Known: lines/ });
  await assert.rejects(submit({ options: { onInvalid: 'maybe' } }), { code: 'invalid_options' });
  await assert.rejects(submit({ options: { speed: 9 } }), {
    code: 'invalid_options',
    problems: [{ field: 'options.speed', message: 'is not an option' }],
  });
  assert.deepEqual(calls, []);
});

test('more items than a batch may hold are refused', async () => {
  const { deps, calls } = begin();
  await assert.rejects(submitBatch(deps, command(entries(numbered(10_001)))), { code: 'too_many_items' });
  assert.deepEqual(calls.slice(-2), ['discard', 'advance']);
});

test('an upload without a file, or to a workload that takes none, is told so', async () => {
  const { deps } = begin();
  const none: SubmitCommand['input'] = { kind: 'files', files: (async function* () {})() };
  await assert.rejects(submitBatch(deps, command(none)), { code: 'no_file' });
  const fileless = { ...deps, workloads: new Map([['lines', { ...lines, readFile: null }]]) };
  await assert.rejects(submitBatch(fileless, command(file('a.txt', ['a']))), { code: 'no_files' });
});

test('a preview reads all, shows how, and queues nothing', async () => {
  const { deps, calls } = begin();
  const preview = await previewBatch(deps, command(entries(['a', '', 'a', ...numbered(100)])));
  assert.deepEqual(calls, []);
  assert.deepEqual([preview.total, preview.duplicates, preview.invalid], [102, 1, 1]);
  assert.deepEqual(preview.problems, [{ field: 'items[1]', message: 'must be a line' }]);
  assert.deepEqual(preview.sample.slice(0, 2), [
    { description: 'the line "a"', duplicate: false },
    { description: 'the line "a"', duplicate: true },
  ]);
  assert.equal(preview.sample.length, 50);
});
