import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { Block, Document } from '#domain/document.ts';
import { textOf } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Outcome } from '#domain/outcome.ts';
import type { Stage } from '#domain/stage.ts';
import { wordsOfStage } from '#domain/stage.ts';
import type { ReadEvent, ReadableFile, Reader } from '#ports/reader.ts';
import type { StagedChunk } from '#ports/store/documents.ts';
import { chunksOf } from './chunk.ts';
import { loadTokenizer } from './count-tokens.ts';
import { documentsWorkload } from './documents.ts';
import { chunkEmbedders } from './embed-chunks.ts';

const count = await loadTokenizer();

test('a file becomes a staged version that the settle publishes, and says what it does meanwhile', async () => {
  const bench = openBench('# Office\n\nTwo parking spaces.\n\nTea is free.');
  const stages: string[] = [];
  const outcome = await bench.run({ report: (stage) => stages.push(wordsOfStage(stage)) });
  assert.deepEqual(outcome, {
    kind: 'completed',
    result: { document: 'a.md', chunks: 1, pages: 3, tokens: 9 },
    effects: [{ kind: 'publish', projectId: 7, versionId: 1, carry: null }],
  });
  assert.deepEqual(stages, [
    'received',
    'reading page 2 of 3',
    'chunking',
    'embedding chunk 0 of 1',
    'indexing',
  ]);
  const [chunk] = bench.staged;
  assert.deepEqual(chunk?.headings, ['Office']);
  assert.deepEqual(
    chunk?.paragraphs.map(({ text }) => text),
    ['Two parking spaces.', 'Tea is free.'],
  );
  const searched = 'Office\nTwo parking spaces.\n\nTea is free.';
  assert.deepEqual(bench.embedded, [searched]);
  assert.deepEqual(chunk?.vector, Float32Array.of(searched.length));
});

test('a long file is written in groups', async () => {
  const bench = openBench(Array.from({ length: 250 }, (_, i) => `# Part ${i}\n\nText ${i}.`).join('\n\n'));
  await bench.run();
  assert.deepEqual(bench.groups, [100, 100, 50]);
});

test('what is visible under that name with the same content is skipped, unless a refresh is asked for', async () => {
  const bench = openBench('# Office\n\nText.');
  bench.makeVisible('a.md');
  assert.deepEqual(await bench.run(), {
    kind: 'skipped',
    reason: 'unchanged',
    result: { document: 'a.md', documentId: 1 },
  });
  assert.equal((await bench.run({}, { refresh: true })).kind, 'completed');
});

test('the same bytes under another name are skipped, unless that name has other content now', async () => {
  const bench = openBench('# Office\n\nText.');
  bench.makeVisible('b.md', { id: 2 });
  assert.deepEqual(await bench.run(), {
    kind: 'skipped',
    reason: 'same_content',
    result: { document: 'b.md', documentId: 2 },
  });
  bench.makeVisible('a.md', { sha256: 'other' });
  assert.equal((await bench.run()).kind, 'completed');
});

test('an older item never takes the place of what a later one brought', async () => {
  const bench = openBench('# Office\n\nText.');
  bench.makeVisible('a.md', { sha256: 'newer', itemId: 2 });
  const outcome = await bench.run();
  assert.equal(outcome.kind === 'skipped' && outcome.reason, 'superseded');
});

test('tags come with a file, also with one whose content is there already', async () => {
  const bench = openBench('# Office\n\nText.');
  await bench.run({}, {}, { ...bench.payload, tags: ['hr'] });
  assert.deepEqual(bench.tagged, []);
  bench.makeVisible('a.md');
  await bench.run({}, {}, { ...bench.payload, tags: ['hr', 'leave'] });
  assert.deepEqual(bench.tagged, [['hr', 'leave']]);
});

test('only the chunks that have no vector yet are embedded', async () => {
  const bench = openBench('# One\n\nFirst.\n\n# Two\n\nSecond.\n\n# Three\n\nThird.');
  bench.vectors.set('Second.', Float32Array.of(42));
  await bench.run();
  assert.deepEqual(bench.embedded, ['One\nFirst.', 'Three\nThird.']);
  assert.deepEqual(
    bench.staged.map(({ vector }) => vector[0]),
    [10, 42, 12],
  );
});

test('a file that cannot be read fails with its reason, and nothing is staged', async () => {
  const bench = openBench('text', {
    // eslint-disable-next-line require-yield -- it fails before it has anything to tell
    async *read() {
      throw new Fault('refused', 'encrypted_file', 'The file is protected.');
    },
  });
  assert.deepEqual(await bench.run(), {
    kind: 'failed',
    error: { code: 'encrypted_file', message: 'The file is protected.' },
  });
  assert.deepEqual(bench.groups, []);
});

test('a reader that is not there now is no fault of the file', async () => {
  const bench = openBench('text', {
    // eslint-disable-next-line require-yield -- it fails before it has anything to tell
    async *read() {
      throw new Fault('unavailable', 'reader_closed', 'Stopping.');
    },
  });
  await assert.rejects(bench.run(), (error) => error instanceof Fault && error.code === 'reader_closed');
});

test('content that is no longer kept, and a payload that is none, fail', async () => {
  const bench = openBench('text');
  bench.kept.clear();
  const codeOf = (outcome: Outcome): string | null => (outcome.kind === 'failed' ? outcome.error.code : null);
  assert.equal(codeOf(await bench.run()), 'file_gone');
  assert.equal(codeOf(await bench.run({}, {}, { name: 'a.md' })), 'bad_payload');
});

test('a cancelled item stops between its steps', async () => {
  const controller = new AbortController();
  const bench = openBench('# Office\n\nText.');
  const report = ({ name }: Stage): void => {
    if (name === 'chunking') controller.abort(new Error('cancelled'));
  };
  await assert.rejects(bench.run({ report, signal: controller.signal }), /cancelled/);
  assert.deepEqual(bench.groups, []);
});

test('entries and options are checked, and say which field is wrong', async () => {
  const { workload, payload } = openBench('text');
  const field = (entry: JsonObject): string | undefined => {
    const read = workload.readEntry(entry);
    return 'problem' in read ? read.problem.field : 'none';
  };
  assert.equal(field(payload), 'none');
  assert.equal(field({ ...payload, name: ' ' }), 'name');
  assert.equal(field({ ...payload, sha256: '../../etc/passwd' }), 'sha256');
  assert.equal(field({ ...payload, bytes: -1 }), 'bytes');
  assert.ok('problem' in workload.readEntry('a question'));
  assert.ok('problem' in workload.readOptions({ refresh: 'yes' }));
  assert.deepEqual(workload.readOptions({}), { ok: { refresh: false } });
  assert.equal(workload.describe(payload), 'a.md');
});

test('the same content under two names is two items; under one name it is one', async () => {
  const { workload, payload } = openBench('text');
  const sameness = (entry: JsonObject): string | null => {
    const read = workload.readEntry(entry);
    return 'ok' in read ? read.ok.sameness : assert.fail('not an entry');
  };
  assert.equal(sameness(payload), sameness({ ...payload, mediaType: 'text/x' }));
  assert.notEqual(sameness(payload), sameness({ ...payload, name: 'b.md' }));
});

interface Given {
  readonly report?: (stage: Stage) => void;
  readonly signal?: AbortSignal;
}

/** The workload over a file in memory, a reader that knows headings and paragraphs, and a store that only listens. */
function openBench(content: string, reader: Partial<Reader> = {}) {
  const sha256 = 'ab'.repeat(32);
  const kept = new Map([[sha256, new TextEncoder().encode(content)]]);
  const payload = { name: 'a.md', sha256, bytes: content.length, mediaType: 'text/markdown' };
  const embedded: string[] = [];
  const staged: StagedChunk[] = [];
  const groups: number[] = [];
  const visible = new Map<string, Document>();
  const vectors = new Map<string, Float32Array>();
  const tagged: (readonly string[])[] = [];
  const signal = new AbortController().signal;
  const workload = documentsWorkload({
    carryOf: async () => null,
    blobs: {
      get: async (name) => contentOf(kept.get(name)),
      put: async () => assert.fail('nothing is unpacked'),
    },
    archives: { open: async () => null },
    archiveLimits: { maxFiles: 10, maxBytes: 1_000, maxFileBytes: 1_000 },
    embedders: chunkEmbedders({
      concurrency: 2,
      timeoutMs: 60_000,
      documents: {
        knownVectors: async (_project, _embedder, chunks) =>
          chunks.map((chunk) => vectors.get(textOf(chunk)) ?? null),
      },
      embedderOf: async () => ({
        name: 'length',
        dimensions: 1,
        async embed(texts) {
          embedded.push(...texts);
          return texts.map((text) => Float32Array.of(text.length));
        },
      }),
    }),
    mostDocuments: async () => null,
    clock: () => 1_000,
    reader: {
      read: readSimply,
      close: async () => {},
      ...reader,
    },
    store: {
      figures: { add: async () => undefined },
      documents: {
        findBy: async (_, what) =>
          [...visible.values()].find((each) =>
            'name' in what ? each.name === what.name : each.sha256 === what.sha256,
          ) ?? null,
        setTags: async (_project, _document, { tags }) => tagged.push(tags) > 0,
        totals: async () => ({ total: visible.size, chunks: 0 }),
        stage: async () => 1,
        stageChunks: async (_, chunks) => {
          groups.push(chunks.length);
          staged.push(...chunks);
        },
      },
    },
  });
  const run = (given: Given = {}, options: JsonObject = {}, own: JsonObject = payload): Promise<Outcome> => {
    const item = {
      id: 1,
      batchId: 1,
      projectId: 7,
      workload: 'documents',
      generation: 1,
      failures: 0,
      maxAttempts: 3,
      keyId: null,
      requestId: null,
      traceParent: null,
      options,
      payload: own,
    };
    return workload.run(item, { signal, report: () => {}, ...given, options });
  };
  const makeVisible = (name: string, changes: Partial<Document> = {}): void =>
    void visible.set(name, { id: 1, name, sha256, itemId: 0, tags: [] as string[], ...changes } as Document);
  return { workload, run, payload, kept, embedded, staged, groups, vectors, tagged, makeVisible };
}

async function* readSimply({ content }: ReadableFile): AsyncGenerator<ReadEvent, void, void> {
  let text = '';
  for await (const part of content) text += new TextDecoder().decode(part);
  yield { kind: 'stage', stage: { name: 'reading', unit: 'page', done: 2, total: 3 } };
  yield { kind: 'stage', stage: { name: 'chunking' } };
  const chunks = chunksOf(blocksOf(text), { count, sha256: (each) => hash('sha256', each) });
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  yield { kind: 'chunked', mediaType: 'text/markdown', pages: 3, chunks: chunks.length, tokens };
  for (let from = 0; from < chunks.length; from += 100)
    yield { kind: 'chunks', chunks: chunks.slice(from, from + 100) };
}

function blocksOf(text: string): Block[] {
  return text
    .split('\n\n')
    .map((part) =>
      part.startsWith('# ')
        ? ({ kind: 'heading', level: 1, text: part.slice(2) } as const)
        : ({ kind: 'paragraph', text: part } as const),
    );
}

function contentOf(bytes: Uint8Array | undefined): AsyncIterable<Uint8Array> | null {
  async function* content(whole: Uint8Array): AsyncIterable<Uint8Array> {
    yield whole;
  }
  return bytes === undefined ? null : content(bytes);
}
