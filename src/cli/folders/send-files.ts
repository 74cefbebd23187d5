import { openAsBlob } from 'node:fs';
import { PreheatError } from '#sdk/error.ts';
import type { BatchEvent } from '#sdk/watch.ts';
import type { Item } from '#sdk/wire/items.ts';
import type { FoundFile } from './collect-files.ts';
import type { Connection } from '../connection.ts';
import type { Shown } from '../screen/progress-view.ts';
import { clean } from '../screen/visible-text.ts';
import { reasonInWords } from '../screen/words-of.ts';

/** What became of one file. */
export interface FileEnd {
  readonly name: string;
  readonly status: 'completed' | 'skipped' | 'failed' | 'cancelled';
  /** Why it was skipped or failed, or what it holds. */
  readonly detail: string;
}

export interface Sending {
  readonly connection: Pick<Connection, 'client'>;
  readonly signal: AbortSignal;
  /** Tags of the documents; absent: those that they have stay. */
  readonly tags?: readonly string[];
  /** A file has come to an end. */
  readonly onFile: (end: FileEnd) => void;
  /** Figures over all files. */
  readonly onProgress: (shown: Shown) => void;
}

/** What one upload may hold; the server takes up to 50 files and 512 MiB. */
const MOST_FILES = 50;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Sends files in groups, each a batch, and follows every group to its end. What cannot be taken is reported and does
 * not stop the others.
 *
 * @returns the batch that still runs when the signal fired, or null
 * @throws PreheatError when the server refuses for reasons that are not the files'
 */
export async function sendFiles(sending: Sending, files: readonly FoundFile[]): Promise<string | null> {
  const tally = new Tally(files.length, sending);
  for (const group of groupsOf(files)) {
    if (sending.signal.aborted) return null;
    const batchId = await sendGroup(sending, group, tally);
    if (batchId !== null && !(await followGroup(sending, batchId, tally))) return batchId;
  }
  return null;
}

/** Groups that each fit into one upload. */
export function groupsOf(files: readonly FoundFile[]): FoundFile[][] {
  const groups: FoundFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const group = groups.at(-1);
    const fits = group !== undefined && group.length < MOST_FILES && bytes + file.bytes <= MOST_BYTES;
    if (fits) group.push(file);
    else groups.push([file]);
    bytes = (fits ? bytes : 0) + file.bytes;
  }
  return groups;
}

async function sendGroup(
  sending: Sending,
  group: readonly FoundFile[],
  tally: Tally,
): Promise<string | null> {
  const uploads = await Promise.all(
    group.map(async ({ path, name }) => ({ name, content: await openAsBlob(path) })),
  );
  const { documents } = sending.connection.client;
  try {
    const settings = {
      source: 'cli',
      ...(sending.tags === undefined ? {} : { tags: sending.tags }),
    } as const;
    const { id, problems } = await documents.upload(uploads, settings, { signal: sending.signal });
    for (const problem of problems) tally.end(problem.field ?? 'a file', 'failed', problem.message);
    return id;
  } catch (error) {
    if (sending.signal.aborted) return null;
    if (!(error instanceof PreheatError) || !ABOUT_FILES.has(error.status)) throw error;
    const { problems, message } = error;
    for (const { name } of group) {
      const problem = problems.find(({ field }) => field === name);
      tally.end(name, 'failed', problem?.message ?? message);
    }
    return null;
  }
}

/** Statuses that say something about what was sent, and not about who or where. */
const ABOUT_FILES: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** @returns false when nobody wants to look any more */
async function followGroup(sending: Sending, batchId: string, tally: Tally): Promise<boolean> {
  const { batches } = sending.connection.client;
  const seen = new Set<string>();
  let sent: number | null = null;
  try {
    for await (const event of batches.watch(batchId, { signal: sending.signal })) {
      sent ??= event.total;
      tally.grow(batchId, event.total - sent);
      tally.show(event);
      if (event.processed === seen.size || event.event === 'deleted') continue;
      const items = await allItems(batches, batchId, sending.signal);
      for (const item of items.filter((each) => !isOpen(each) && !seen.has(each.id))) {
        seen.add(item.id);
        tally.end(item.description, endStatusOf(item), detailOf(item));
      }
      tally.show(event);
    }
    return true;
  } catch (error) {
    if (!sending.signal.aborted) throw error;
    return false;
  }
}

/** An archive brings as many more items as it holds files. */
async function allItems(
  batches: Connection['client']['batches'],
  batchId: string,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: 1_000, ...(cursor === null ? {} : { cursor }) };
    const page: Awaited<ReturnType<typeof batches.items>> = await batches.items(batchId, query, { signal });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** Figures over all groups: what has ended was counted when it was told. */
class Tally {
  readonly #total: number;
  /** Files found in archives, by batch. */
  readonly #found = new Map<string, number>();
  readonly #sending: Pick<Sending, 'onFile' | 'onProgress'>;
  readonly #ended = { completed: 0, skipped: 0, failed: 0, cancelled: 0 };

  constructor(total: number, sending: Pick<Sending, 'onFile' | 'onProgress'>) {
    this.#total = total;
    this.#sending = sending;
  }

  end(name: string, status: FileEnd['status'], detail: string): void {
    this.#ended[status] += 1;
    this.#sending.onFile({ name: clean(name), status, detail: clean(detail) });
  }

  grow(batchId: string, found: number): void {
    this.#found.set(batchId, Math.max(0, found));
  }

  show({ current, status, hold }: BatchEvent): void {
    const { completed, skipped, failed, cancelled } = this.#ended;
    this.#sending.onProgress({
      workload: 'documents',
      status,
      total: [...this.#found.values()].reduce((sum, found) => sum + found, this.#total),
      processed: completed + skipped + failed + cancelled,
      ...this.#ended,
      ratePerSecond: null,
      etaSeconds: null,
      hold,
      current,
    });
  }
}

function isOpen({ status }: Item): boolean {
  return status === 'pending' || status === 'processing';
}

function endStatusOf({ status }: Item): FileEnd['status'] {
  return status === 'pending' || status === 'processing' ? 'cancelled' : status;
}

function detailOf({ status, error, reason, result }: Item): string {
  if (status === 'failed') return error?.message ?? 'no reason given';
  if (status === 'skipped') return reasonInWords(reason);
  if (status === 'cancelled') return 'cancelled';
  const { chunks, pages, files } = result ?? {};
  const parts = [
    counted(files, 'an archive of ', 'file'),
    counted(pages, '', 'page'),
    counted(chunks, '', 'passage'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** `12 pages`; empty for what was not counted. */
function counted(count: unknown, before: string, unit: string): string {
  return typeof count === 'number' ? `${before}${count} ${count === 1 ? unit : `${unit}s`}` : '';
}
