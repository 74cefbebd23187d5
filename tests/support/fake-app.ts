import { EventEmitter, on } from 'node:events';
import type { App } from '#core/app.ts';
import type { AddInput, BatchInput, SubmitCommand } from '#core/queue/submission.ts';
import type { BatchView } from '#core/queue/views.ts';
import type { Answer } from '../../src/domain/answer.ts';
import type { Batch } from '../../src/domain/batch.ts';
import { Fault, notFound } from '../../src/domain/fault.ts';
import { showId } from '../../src/domain/ids.ts';
import { type Item, NO_COUNTS } from '../../src/domain/item.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { Project } from '../../src/domain/project.ts';

const NOW = Date.UTC(2026, 10, 22, 8, 30);

const PROJECT: Project = { id: 1, name: 'default', corpusVersion: 0, createdAt: NOW };

/** The App's shape over a few maps: enough to see what HTTP asks of it and what it makes of the answers. */
export class FakeApp {
  readonly batches = new Map<number, Batch>();
  readonly entries = new Map<number, Json[]>();
  readonly asked: string[] = [];
  /** An ask waits for what this gives. */
  asking: (caller: { readonly signal: AbortSignal }) => Promise<unknown> = () => Promise.resolve();
  readonly added: { readonly entries: Json[]; readonly onInvalid: string | undefined }[] = [];
  readonly received: string[] = [];
  /** Watchers that are being served now. */
  watchers = 0;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #keys = new Map<string, unknown>();
  /** Every submission waits for this. */
  gate: Promise<void> = Promise.resolve();

  /** Changes a batch and tells its watchers. */
  change(id: number, changes: Partial<Batch>): void {
    const batch = this.batches.get(id) as Batch;
    this.batches.set(id, { ...batch, version: batch.version + 1, ...changes });
    this.#changes.emit('change', id);
  }

  view(id: number): BatchView {
    const batch = this.batches.get(id);
    if (batch === undefined) throw notFound('batch', showId('batch', id));
    return { batch, ratePerSecond: null, etaSeconds: null, current: [], expectedTotal: null, hold: null };
  }

  add(entries: Json[], command?: SubmitCommand): number {
    const id = this.batches.size + 1;
    this.entries.set(id, entries);
    this.batches.set(id, batchOf(id, entries.length, command));
    return id;
  }

  app(): App {
    const app = {
      door: { admit: () => null },
      limits: { spend: () => null },
      audit: { note: async () => undefined },
      projects: {
        get: (name: string) =>
          name === 'default' ? Promise.resolve(PROJECT) : Promise.reject(notFound('project', name)),
        ensure: (name: string) => Promise.resolve({ ...PROJECT, name }),
        list: () => Promise.resolve([PROJECT]),
      },
      batches: {
        submit: async (command: SubmitCommand) => {
          const entries = await readAll(command.input);
          await this.gate;
          if (command.workload === 'unknown') {
            throw new Fault('refused', 'unknown_workload', 'There is no workload "unknown".');
          }
          return { ...this.view(this.add(entries, command)), invalid: 0, problems: [] };
        },
        get: (_project: Project, id: number) => Promise.resolve().then(() => this.view(id)),
        add: async (_project: Project, id: number, input: AddInput) => {
          const entries = await readAll(input);
          this.added.push({ entries, onInvalid: input.onInvalid });
          return { batch: this.view(id), added: entries.length, duplicates: 0, invalid: 0, problems: [] };
        },
        delete: () => Promise.resolve(),
        watch: (_project: Project, id: number, signal: AbortSignal) => this.#watch(id, signal),
        list: () =>
          Promise.resolve({ items: [...this.batches.keys()].map((id) => this.view(id)), next: null }),
        results: (_project: Project, id: number) => this.#results(id),
      },
      items: { describe: (item: Item) => textOf(item.payload['question']) },
      answers: {
        ask: async (
          _project: Project,
          { question }: { question: string },
          caller: { readonly signal: AbortSignal },
        ) => {
          this.asked.push(question);
          if (question === 'break') throw new Error('a secret of the inside');
          await this.asking(caller);
          return { answer: ANSWER, cache: { status: 'hit' as const, ageSeconds: 3.7 }, fallback: null };
        },
        ofItems: (_project: Project, { items }: { readonly items: readonly Item[] }) =>
          Promise.resolve(items.map(({ seq }) => (seq === 0 ? ANSWER : null))),
        drop: () => Promise.resolve(7),
      },
      documents: {
        receive: async (file: { name: string; bytes: AsyncIterable<Uint8Array> }): Promise<JsonObject> => {
          let bytes = 0;
          for await (const chunk of file.bytes) bytes += chunk.byteLength;
          this.received.push(file.name);
          return { name: file.name, bytes };
        },
      },
      idempotency: {
        begin: (claim: object) => {
          const key = JSON.stringify(claim);
          const kept = this.#keys.get(key);
          if (kept !== undefined) return Promise.resolve(kept);
          this.#keys.set(key, { kind: 'in_progress' });
          return Promise.resolve({ kind: 'fresh' });
        },
        finish: (claim: object, bodyHash: string, response: object) => {
          this.#keys.set(JSON.stringify(claim), { kind: 'done', bodyHash, response });
          return Promise.resolve();
        },
        abandon: (claim: object) => {
          this.#keys.delete(JSON.stringify(claim));
          return Promise.resolve();
        },
      },
    };
    return app as unknown as App;
  }

  async *#watch(id: number, signal: AbortSignal): AsyncGenerator<BatchView> {
    this.watchers += 1;
    try {
      const changes = on(this.#changes, 'change', { signal });
      yield this.view(id);
      for await (const [changed] of changes) {
        if (changed === id) yield this.view(id);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.watchers -= 1;
      this.#changes.emit('left');
    }
  }

  /** Ends once nobody watches. */
  async left(): Promise<void> {
    while (this.watchers > 0) await new Promise((resolve) => this.#changes.once('left', resolve));
  }

  async *#results(id: number): AsyncGenerator<readonly Item[]> {
    const entries = this.entries.get(id) ?? [];
    yield [];
    yield entries.map((entry, seq) => itemOf(id, seq, entry));
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function readAll(input: BatchInput): Promise<Json[]> {
  if (input.kind !== 'files') return [...input.entries];
  const lines: string[] = [];
  for await (const file of input.files) {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of file.bytes) text += decoder.decode(chunk, { stream: true });
    lines.push(...text.split('\n').filter((line) => line !== ''));
  }
  return lines;
}

function batchOf(id: number, total: number, command: SubmitCommand | undefined): Batch {
  const batch: Batch = {
    id,
    projectId: 1,
    workload: 'answers',
    name: null,
    status: 'processing',
    source: { kind: 'api', detail: null },
    priority: 0,
    paceMs: 0,
    concurrency: null,
    maxAttempts: 3,
    keyId: null,
    requestId: null,
    traceParent: null,
    options: {},
    metadata: {},
    round: 1,
    createdAt: NOW,
    startedAt: null,
    endedAt: null,
    counts: { ...NO_COUNTS, pending: total },
    version: 1,
    discovered: 0,
    hold: null,
    unfinished: null,
  };
  if (command === undefined) return batch;
  const { workload, name, source, priority, options, metadata } = command;
  return { ...batch, workload, name, source, priority, options, metadata };
}

function itemOf(batchId: number, seq: number, entry: Json): Item {
  return {
    id: batchId * 2 ** 24 + seq,
    batchId,
    seq,
    parentSeq: null,
    depth: 0,
    workload: 'answers',
    status: 'completed',
    priority: 0,
    availableAt: 0,
    generation: 1,
    failures: 0,
    losses: 0,
    payload: { question: entry },
    reason: null,
    error: null,
    result: { found: true },
    createdAt: NOW,
    startedAt: NOW,
    endedAt: NOW,
  };
}

const ANSWER: Answer = {
  id: 5,
  projectId: 1,
  key: 'k',
  question: 'How long is the warranty?',
  found: true,
  text: 'Two years. [1]',
  citations: [
    {
      number: 1,
      documentId: 3,
      document: 'handbook.md',
      chunkId: 9,
      headings: ['Warranty'],
      page: null,
      quote: 'The warranty is two years.',
      paragraph: '0123456789abcdef',
    },
  ],
  filter: { documents: [], tags: [] },
  evidence: { fingerprint: 'f', paragraphs: [], epoch: 1, floor: null },
  usage: { inputTokens: 12, outputTokens: 7, costMicros: 1_500 },
  profile: 'p',
  generator: 'openai:small',
  corpusVersion: 1,
  createdAt: NOW,
  expiresAt: NOW + 3_600_000,
  tookMs: 12,
  hits: 0,
  lastHitAt: null,
  version: 1,
  changedAt: 0,
};
