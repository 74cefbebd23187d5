import type { BatchEvent } from '#sdk/watch.ts';
import type { Item, ItemStatus } from '#sdk/wire/items.ts';
import type { Connection } from '../connection.ts';
import { curl } from '../connection.ts';
import { EXIT } from '../refusal.ts';
import { showNumber } from './show-count.ts';
import { showDuration } from './show-time.ts';
import type { Paint, Terminal } from './terminal.ts';
import { clean, clip } from './visible-text.ts';
import { capital, reasonInWords, wordsOf } from './words-of.ts';

/** A batch that has ended, with what a report of it needs. */
export interface Ended {
  readonly last: BatchEvent;
  /** The first of those that failed. */
  readonly failures: readonly Item[];
  /** How many were skipped for each reason, in words; null when they are too many to be read. */
  readonly skips: ReadonlyMap<string, number> | null;
}

const MOST_FAILURES = 20;
const PAGE = 1_000;
const MOST_READ = 5_000;

/** Reads what the last event does not say. */
export async function readEnd({ client }: Connection, last: BatchEvent): Promise<Ended> {
  if (last.event === 'deleted') return { last, failures: [], skips: null };
  const failures = last.failed === 0 ? [] : await firstFailures({ client }, last.id);
  const skips = last.skipped > MOST_READ ? null : new Map<string, number>();
  if (skips !== null && last.skipped > 0) {
    for await (const item of itemsOf({ client }, last.id, { status: 'skipped', limit: PAGE })) {
      const reason = reasonInWords(item.reason);
      skips.set(reason, (skips.get(reason) ?? 0) + 1);
    }
  }
  return { last, failures, skips };
}

async function firstFailures(
  { client }: Pick<Connection, 'client'>,
  batchId: string,
): Promise<readonly Item[]> {
  const failures: Item[] = [];
  for await (const item of itemsOf({ client }, batchId, { status: 'failed', limit: MOST_FAILURES })) {
    failures.push(item);
    if (failures.length === MOST_FAILURES) break;
  }
  return failures;
}

/** Every item of a batch with that status, page by page; a page may hold fewer than its limit, and not be the last. */
async function* itemsOf(
  { client }: Pick<Connection, 'client'>,
  batchId: string,
  which: { readonly status: ItemStatus; readonly limit: number },
): AsyncGenerator<Item, void, void> {
  let cursor: string | undefined;
  do {
    const page = await client.batches.items(batchId, { ...which, cursor });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** `Warmed 118 of 120; 2 failed`, or what else became of it. */
export function endLine({ last, skips }: Pick<Ended, 'last' | 'skips'>): string {
  if (last.event === 'deleted') return `The batch ${last.id} was deleted.`;
  const { completed, failed, skipped, cancelled, total, workload } = last;
  const { done, doing } = wordsOf(workload);
  const others =
    skips === null
      ? [`${showNumber(skipped)} skipped`]
      : [...skips].map(([why, count]) => `${showNumber(count)} ${why}`);
  const skippedPart = skipped === 0 ? [] : [others.join(', ')];
  const failedPart = failed === 0 ? [] : [`${showNumber(failed)} failed`];
  const cancelledPart = cancelled === 0 ? [] : [`${showNumber(cancelled)} cancelled`];
  const rest = [...skippedPart, ...failedPart, ...cancelledPart].join('; ');
  if (skipped === total && total > 0) return `Nothing new to be ${done}: ${rest}`;
  const head = `${last.event === 'cancelled' ? `Cancelled while ${doing}: ${done}` : capital(done)} ${showNumber(completed)} of ${showNumber(total)}`;
  return rest === '' ? head : `${head}; ${rest}`;
}

/** The end of a batch, with the items that failed and how to try them again. */
export function reportEnd(
  terminal: Terminal,
  connection: Omit<Connection, 'client'>,
  ended: Ended,
  tookMs: number,
): void {
  const { last, failures } = ended;
  const { paint } = terminal;
  const line = endLine(ended);
  const isGood = exitCodeOf(last) === EXIT.ok;
  terminal.out(
    `\n${isGood ? paint.accent('✓') : paint.bad('✗')} ${paint.strong(line)}  ${paint.dim(showDuration(tookMs))}\n`,
  );
  if (failures.length > 0) {
    terminal.out(`\n${failureLines(ended, terminal).join('\n')}\n`);
    const retry = curl(connection, 'POST', `/batches/${last.id}/retry`);
    terminal.out(`\n  To try them again:  ${paint.accent(retry)}\n`);
  }
  terminal.out('\n');
}

/** For programs: the last event, and why items failed. */
export function endAsJson({ last, failures }: Ended): object {
  return {
    ...last,
    event: 'summary',
    current: undefined,
    failures: failures.map(({ id, description, error }) => ({ id, description, error })),
  };
}

export function exitCodeOf(last: BatchEvent): number {
  return last.event === 'complete' && last.failed === 0 ? EXIT.ok : EXIT.failed;
}

/** The first items that failed, each with its reason. */
export function failureLines({ failures, last }: Ended, terminal: Terminal): string[] {
  const { paint } = terminal;
  const lines = failures.flatMap((item) => failureOf(item, terminal.width(), paint));
  const more = last.failed - failures.length;
  return more > 0 ? [...lines, paint.dim(`  and ${showNumber(more)} more`)] : lines;
}

function failureOf({ description, error }: Item, width: number, paint: Paint): string[] {
  const why = error === null ? 'no reason given' : `${clean(error.message)} ${paint.dim(`(${error.code})`)}`;
  return [`  ${paint.bad('✗')} ${clip(clean(description), width - 6)}`, `    ${why}`];
}
