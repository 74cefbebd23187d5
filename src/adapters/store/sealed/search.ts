import type { Page, PageRequest } from '#domain/page.ts';

/** A search hands over a short page once it has looked for this long. */
const MOST_MS = 250;
/** Rows that are opened in one go: a millisecond or two, and then others have their turn. */
const WINDOW = 250;

/**
 * Searches by what a database cannot read: rows are listed without the words, opened, and looked through, window by
 * window. The cursors are the list's own.
 */
export async function searchOpened<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  isFound: (row: T) => boolean,
  page: PageRequest,
): Promise<Page<T>> {
  const found: T[] = [];
  const until = performance.now() + MOST_MS;
  let cursor = page.cursor;
  do {
    const window = await list({ cursor, limit: WINDOW });
    const hits = window.items.flatMap((row, at) => (isFound(row) ? [{ row, at }] : []));
    const room = page.limit - found.length;
    found.push(...hits.slice(0, room).map(({ row }) => row));
    const last = hits[room - 1];
    // More than there is room for: where the page ends, the list itself says.
    const isOver = last !== undefined && (hits.length > room || last.at < window.items.length - 1);
    cursor = isOver ? (await list({ cursor, limit: last.at + 1 })).next : window.next;
  } while (found.length < page.limit && cursor !== null && performance.now() < until);
  return { items: found, next: cursor };
}

/** Part of it, any case. */
export function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
