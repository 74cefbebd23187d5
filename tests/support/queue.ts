import { NO_TRACER } from '#adapters/tracer/none/no-tracer.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LONE_BUS } from '#adapters/bus/none/lone-bus.ts';
import { PostgresBus } from '#adapters/bus/postgres/postgres-bus.ts';
import { openPostgresStore } from '#adapters/store/postgres/open.ts';
import { openSqliteStore } from '#adapters/store/sqlite/open.ts';
import { temporaryDatabase } from '#clients/temporary-postgres.ts';
import type { App } from '#core/app.ts';
import type { SubmitCommand } from '#core/queue/submission.ts';
import type { Health } from '#core/platform/health.ts';
import type { Json } from '#domain/json.ts';
import type { Outcome } from '#domain/outcome.ts';
import type { Project } from '#domain/project.ts';
import { bindQueue } from '#main/bind/bind-queue.ts';
import { healthOf } from '#main/bind/bind-system.ts';
import { readConfig } from '#main/config.ts';
import { openQueue } from '#main/open/open-queue.ts';
import type { WorkerRole } from '#domain/worker.ts';
import type { Bus } from '#ports/bus.ts';
import type { Log } from '#ports/log.ts';
import { borrowFile, STORE_THREADS } from './kept-stores.ts';
import type { StoreKind } from './stores.ts';
import type { Store } from '#ports/store/store.ts';
import type { RunContext, Workload } from '#ports/workload.ts';

export interface TestQueue {
  readonly store: Store;
  readonly project: Project;
  readonly verbs: Pick<App, 'batches' | 'items' | 'operations'>;
  readonly logged: string[];
  /** Of the file, on SQLite. */
  readonly file: string;
  /** Of the database, on PostgreSQL. */
  readonly url: string;
  /** The store of one more process on the same data. */
  openStore(): Promise<Store>;
  start(): Promise<void>;
  /** There may be work: what a change behind the queue's back is followed by. */
  wake(): void;
  health(): Promise<Health>;
  submit(entries: readonly Json[], changes?: Partial<SubmitCommand>): ReturnType<App['batches']['submit']>;
  /** Resolves when the batch has ended. */
  ended(batchId: number, of?: Project): Promise<void>;
  close(): Promise<void>;
}

export interface TestQueueSettings {
  readonly run: (payload: { readonly question: string }, context: RunContext) => Promise<Outcome>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it is kept; a file when nothing is said. */
  readonly on?: StoreKind;
  /** Joins the processes that share this database, each with a queue of its own. */
  readonly database?: string;
  readonly role?: WorkerRole;
  /** FULL where it is measured; tests need not wait for the disk. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** A new file in the folder for temporary files as it is now, and not one that other stories had. */
  readonly isOwnFile?: boolean;
  /** Leave the workers stopped until `start`. */
  readonly isStopped?: boolean;
  /** Stands between the queue and the store, to make it fail. */
  readonly wrap?: (store: Store) => Store;
}

/** The real queue on a real SQLite file, with a workload that does what the test says. */
export async function openTestQueue(settings: TestQueueSettings): Promise<TestQueue> {
  const { run, environment, wrap } = settings;
  const logged: string[] = [];
  const log: Log = (level, event) => void (level === 'debug' || logged.push(`${level} ${event}`));
  const kept = await openKept(settings, log);
  const { opened, bus } = kept;
  const store = wrap?.(opened) ?? opened;
  const config = readConfig({ PREHEAT_RETRY_BASE_MS: '5', ...environment });
  const workloads = new Map([['test', testWorkload(run)]]);
  const { installation } = await store.describe();
  const parts = {
    store,
    workloads,
    config,
    clock: Date.now,
    log,
    bus,
    installation,
    role: settings.role ?? 'server',
    isAlone: kept.isAlone,
    onDrain: () => undefined,
    tracer: NO_TRACER,
    version: 'test',
  };
  const queue = await openQueue(parts);
  const bound = bindQueue(parts, queue);
  const project = await store.projects.ensure('default', Date.now());
  if (settings.isStopped !== true) await queue.start();
  return {
    store,
    project,
    verbs: bound.verbs,
    logged,
    file: kept.file,
    url: kept.url,
    openStore: kept.openStore,
    start: () => queue.start(),
    wake: () => queue.wake(),
    health: () =>
      healthOf({
        store,
        queue,
        bus,
        limits: { sharing: () => ({ kind: 'none', isUp: true, processes: 1 }) },
        models: { states: () => [] },
        clock: Date.now,
        cacheWatch: null,
        vectorPart: null,
      }),
    submit: (entries, changes) => bound.verbs.batches.submit(command(project, entries, changes)),
    async ended(batchId, of = project) {
      for await (const { batch } of bound.verbs.batches.watch(of, batchId, AbortSignal.timeout(120_000))) {
        if (batch.endedAt !== null) return;
      }
    },
    async close() {
      bound.close();
      await queue.stop(5_000);
      await kept.close();
    },
  };
}

interface Kept {
  readonly opened: Store;
  readonly bus: Bus;
  readonly isAlone: boolean;
  readonly file: string;
  readonly url: string;
  readonly openStore: () => Promise<Store>;
  close(): Promise<void>;
}

async function openKept(settings: TestQueueSettings, log: Log): Promise<Kept> {
  const { on = 'sqlite', database, synchronous = 'NORMAL', isOwnFile = false } = settings;
  if (on === 'postgres' || database !== undefined) return openDatabase(database, log);
  if (synchronous === 'NORMAL' && !isOwnFile) return openBorrowed();
  const folder = mkdtempSync(join(tmpdir(), 'preheat-queue-'));
  const file = join(folder, 'preheat.db');
  const openStore = (): Promise<Store> => openSqliteStore({ file, synchronous, threads: STORE_THREADS });
  const opened = await openStore();
  return {
    opened,
    openStore,
    bus: LONE_BUS,
    isAlone: true,
    file,
    url: '',
    async close() {
      await opened.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openBorrowed(): Promise<Kept> {
  const kept = borrowFile();
  const openStore = (): Promise<Store> => kept.open();
  return {
    opened: await openStore(),
    openStore,
    bus: LONE_BUS,
    isAlone: true,
    file: kept.file,
    url: '',
    close: () => kept.giveBack(),
  };
}

async function openDatabase(given: string | undefined, log: Log): Promise<Kept> {
  const { url, drop } =
    given === undefined ? await temporaryDatabase() : { url: given, drop: () => undefined };
  const opened = await openPostgresStore({ url, connections: 6 });
  const bus = await PostgresBus.open({ url, log });
  return {
    opened,
    openStore: () => openPostgresStore({ url, connections: 4 }),
    bus,
    isAlone: false,
    file: '',
    url,
    async close() {
      await bus.close();
      await opened.close();
      await drop();
    },
  };
}

function command(
  project: Project,
  entries: readonly Json[],
  changes: Partial<SubmitCommand> = {},
): SubmitCommand {
  return {
    project,
    workload: 'test',
    input: { kind: 'entries', entries },
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

export function questions(count: number, word = 'question'): string[] {
  return Array.from({ length: count }, (_, i) => `${word} ${i + 1}`);
}

export const DONE: Outcome = { kind: 'completed', result: null, effects: [] };

function testWorkload(run: TestQueueSettings['run']): Workload {
  return {
    name: 'test',
    readOptions: (options) => ({ ok: options }),
    readEntry(entry) {
      const question =
        typeof entry === 'object' && entry !== null && 'question' in entry ? entry['question'] : entry;
      if (typeof question !== 'string' || question === '')
        return { problem: { message: 'must be a question' } };
      return { ok: { payload: { question }, sameness: question.toLowerCase() } };
    },
    readFile: null,
    describe: (payload) => payload['question'] as string,
    run: (item, context) => run(item.payload as { question: string }, context),
  };
}
