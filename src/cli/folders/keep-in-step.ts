import { PreheatError } from '#sdk/error.ts';
import { connect } from '../connection.ts';
import type { Connection, ConnectionOptions } from '../connection.ts';
import { FolderChanges, pause } from './folder-changes.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { counted } from '../screen/show-count.ts';
import { fileListFor } from '../screen/show-files.ts';
import { lookUntilStopped } from '../stop-signals.ts';
import { FolderSync } from './sync-folder.ts';
import type { Synced } from './sync-folder.ts';
import type { Terminal } from '../screen/terminal.ts';
import { howToGoOn } from '../screen/watch-to-end.ts';

export interface FolderOptions {
  readonly prefix?: string;
  readonly delete?: boolean;
}

interface StepOptions extends ConnectionOptions, FolderOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** Brings the documents in step with one folder, once or for as long as somebody lets it. */
export async function keepInStep(
  terminal: Terminal,
  paths: readonly string[],
  options: StepOptions,
): Promise<number> {
  const [folder] = paths;
  if (folder === undefined || paths.length > 1)
    throw new Refusal('--sync and --watch take one folder.', ['Start one command for each folder.']);
  if (options.delete === true && options.prefix === undefined) {
    throw new Refusal('With --delete, say which documents the folder answers for.', [
      `--prefix ${folder.split('/').filter(Boolean).at(-1) ?? 'handbook'}  those below this name`,
      "--prefix ''  all of the project: whatever is not in the folder goes",
    ]);
  }
  const sync = new FolderSync({ folder, prefix: options.prefix, isDeleting: options.delete === true });
  const step = new Step(terminal, connect(options), sync, options.json === true);
  using looking = lookUntilStopped();
  if (options.watch === true) return await watchFolder(terminal, folder, step, looking);
  const synced = await step.run(looking.signal);
  if (looking.signal.aborted) return looking.exitCode();
  return hasFailed(synced) ? EXIT.failed : EXIT.ok;
}

type Looking = ReturnType<typeof lookUntilStopped>;

/** The first wait for a server that is away; it doubles up to the last. */
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 15_000;

async function watchFolder(
  terminal: Terminal,
  folder: string,
  step: Step,
  looking: Looking,
): Promise<number> {
  using changes = new FolderChanges(folder);
  const { signal } = looking;
  let waitMs = FIRST_WAIT_MS;
  let isTold = false;
  while (!signal.aborted) {
    try {
      await step.run(signal);
      if (isTold) terminal.note('The server is back.\n');
      [waitMs, isTold] = [FIRST_WAIT_MS, false];
      await changes.next(signal);
    } catch (error) {
      if (signal.aborted) break;
      if (step.hasRun === false || !isPassing(error)) throw error;
      if (!isTold) terminal.note(`${messageOf(error)} Looking again until it works.\n`);
      isTold = true;
      await pause(waitMs, signal);
      waitMs = Math.min(LAST_WAIT_MS, waitMs * 2);
    }
  }
  return looking.exitCode();
}

/** A server that is away or busy, a file that moved under the hands, a disk that is not there: all may be over soon. */
function isPassing(error: unknown): boolean {
  if (error instanceof PreheatError) return error.status === 0 || error.status === 429 || error.status >= 500;
  return error instanceof Refusal || (error instanceof Error && 'code' in error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One comparison, told. The first one is told whatever it finds, the others when they found something. */
class Step {
  readonly #terminal: Terminal;
  readonly #connection: Connection;
  readonly #sync: FolderSync;
  readonly #isJson: boolean;
  /** What is wrong before the first success is wrong with the command. */
  hasRun = false;

  constructor(terminal: Terminal, connection: Connection, sync: FolderSync, isJson: boolean) {
    this.#terminal = terminal;
    this.#connection = connection;
    this.#sync = sync;
    this.#isJson = isJson;
  }

  async run(signal: AbortSignal): Promise<Synced> {
    const list = fileListFor(this.#terminal, this.#isJson);
    try {
      const synced = await this.#sync.run({
        connection: this.#connection,
        signal,
        onFile: (end) => list.file(end),
        onProgress: (shown) => list.progress(shown),
      });
      list.end();
      this.#tell(synced);
      this.hasRun = true;
      return synced;
    } finally {
      list.end();
    }
  }

  #tell(synced: Synced): void {
    const { out, note, paint } = this.#terminal;
    const { sent, unchanged, deleted, gone, running } = synced;
    if (running !== null) return note(howToGoOn(this.#connection, running, this.#terminal));
    if (this.hasRun && sent.length === 0 && deleted === 0) return;
    const failed = failedOf(synced);
    if (this.#isJson) {
      const duplicates = synced.duplicates.length;
      const figures = { sent: sent.length, failed, deleted, gone, duplicates, unchanged };
      return out(`${JSON.stringify({ event: 'synced', ...figures })}\n`);
    }
    const mark = failed === 0 ? paint.accent('✓') : paint.bad('✗');
    out(`${mark} ${paint.strong(lineOf(synced))}\n`);
  }
}

function lineOf(synced: Synced): string {
  const { sent, unchanged, deleted, gone, duplicates } = synced;
  const rest = [
    [failedOf(synced), 'failed'],
    [deleted, 'deleted'],
    [gone, 'without a file'],
    [duplicates.length, 'with the content of another'],
    [unchanged, 'unchanged'],
  ] as const;
  const parts = rest.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  const head = sent.length === 0 ? 'Nothing to send' : `Sent ${counted(sent.length, 'file')}`;
  return [head, ...parts].join('; ');
}

function failedOf({ sent }: Synced): number {
  return sent.filter(({ status }) => status === 'failed' || status === 'cancelled').length;
}

function hasFailed(synced: Synced): boolean {
  return failedOf(synced) > 0;
}
