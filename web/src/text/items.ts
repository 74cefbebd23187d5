import type { Item, ItemDetail } from '#sdk/index.ts';
import { countOf } from './counts.ts';
import { formatDuration, formatRelative } from './times.ts';

const REASONS: Readonly<Record<string, string>> = {
  duplicate: 'Same as an earlier one of this batch',
  already_warm: 'Was warm already',
  unchanged: 'Has not changed since it was last read',
  same_content: 'Another document has the same content',
  already_processed: 'Done before, as deep as asked',
  same_author: 'Another name of an author who was done',
  budget_spent: 'The budget of calls is spent',
  superseded: 'A later upload of this name is there already',
};

/** Why an item was skipped, in words. */
export function reasonOf(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ');
}

/** The one thing worth saying about an item in a list. */
export function noteOf(item: Item): string {
  if (item.error !== null) return item.error.message;
  if (item.reason !== null) return reasonOf(item.reason);
  if (item.result?.['found'] === false) return 'Not found in the documents';
  if (item.status === 'pending' && item.failures > 0)
    return `Failed ${countOf(item.failures, 'time')}, will be tried again`;
  return '';
}

/** How long an item ran; null while it has not ended. */
export function tookOf(item: Pick<Item, 'startedAt' | 'endedAt'>): string | null {
  if (item.startedAt === null || item.endedAt === null) return null;
  return formatDuration(Date.parse(item.endedAt) - Date.parse(item.startedAt));
}

/** Why an item is not running, as a sentence. */
export function waitingOf(waiting: NonNullable<ItemDetail['waiting']>, now: number): string {
  const ahead =
    waiting.ahead > 0
      ? ` ${countOf(waiting.ahead, 'item')} of this batch ${waiting.ahead === 1 ? 'goes' : 'go'} first.`
      : '';
  const until =
    waiting.until === null ? '' : ` ${formatRelative(Math.max(now, Date.parse(waiting.until)), now)}`;
  switch (waiting.why) {
    case 'paused':
      return `The batch is paused: resume it to go on.${ahead}`;
    case 'held':
      return `What this batch needs is down: it goes on${until}.${ahead}`;
    case 'backoff':
      return `It failed before, and is tried again${until}.`;
    case 'pace':
      return `The batch has a pace: its next item starts${until}.${ahead}`;
    case 'batch_limit':
      return `The batch runs as many items at once as it may.${ahead}`;
    case 'no_workers':
      return 'No process is at work. Start a server or a worker.';
    case 'position':
      return ahead === '' ? 'It is next.' : `It waits for its turn.${ahead}`;
  }
}
