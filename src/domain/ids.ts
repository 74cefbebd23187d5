/** How ids look outside: a prefix that says the kind, and the store's integer in base 36. */
const PREFIXES = {
  batch: 'bat',
  item: 'itm',
  ask: 'ask',
  answer: 'ans',
  miss: 'mis',
  document: 'doc',
  change: 'chg',
  chunk: 'chk',
  worker: 'wrk',
  operation: 'opr',
  project: 'prj',
  schedule: 'sch',
  key: 'key',
  webhook: 'whk',
  delivery: 'dlv',
  alert: 'alr',
} as const;

export type IdKind = keyof typeof PREFIXES;

export function showId(kind: IdKind, id: number): string {
  return `${PREFIXES[kind]}_${id.toString(36)}`;
}

/** The store's integer, or null when the text is not an id of that kind. */
export function readId(kind: IdKind, text: string): number | null {
  const prefix = `${PREFIXES[kind]}_`;
  const digits = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !/^[0-9a-z]{1,11}$/.test(digits)) return null;
  const id = Number.parseInt(digits, 36);
  return Number.isSafeInteger(id) && id > 0 && id.toString(36) === digits ? id : null;
}

/**
 * A batch's items are one contiguous range of the primary key: `batch × 2^24 + seq`. So listing, searching and
 * deleting a batch walk the table in order, with no index on (batch, seq) to pay for at each insert.
 */
export const MAX_ITEMS_PER_BATCH = 2 ** 24 - 1;

export function itemId(batchId: number, seq: number): number {
  return batchId * 2 ** 24 + seq;
}

export function batchOfItem(id: number): number {
  return Math.floor(id / 2 ** 24);
}

export function seqOfItem(id: number): number {
  return id % 2 ** 24;
}
