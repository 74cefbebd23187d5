import type { Page, PageRequest } from '#domain/page.ts';

/** A search hands over a short page once it has looked for this long. */
const MOST_MS = 250;
/** Rows that are opened in one go: a millisecond or two, and then others may have their turn. */
const WINDOW = 250;

/**
 * A search by what a database cannot read: rows are listed without the words, opened, and looked through, window by
 * window. The cursors are the list's own.
 */
class Search<T> {
  readonly #isFound: (row: T) => boolean;
  readonly #limit: number;
  readonly #until = performance.now() + MOST_MS;
  readonly #found: T[] = [];
  #cursor: string | null;
  /** Rows of the last window that are on the page; the list itself says where the page ends. */
  #kept: number | null = null;
  #isOver = false;

  constructor(isFound: (row: T) => boolean, { cursor, limit }: PageRequest) {
    this.#isFound = isFound;
    this.#cursor = cursor;
    this.#limit = limit;
  }

  /** What to list next; null: there is no more to look at. */
  get window(): PageRequest | null {
    return this.#isOver ? null : { cursor: this.#cursor, limit: this.#kept ?? WINDOW };
  }

  get page(): Page<T> {
    return { items: this.#found, next: this.#cursor };
  }

  take({ items, next }: Page<T>): void {
    if (this.#kept !== null) return this.#end(next);
    const hits = items.flatMap((row, at) => (this.#isFound(row) ? [{ row, at }] : []));
    const room = this.#limit - this.#found.length;
    this.#found.push(...hits.slice(0, room).map(({ row }) => row));
    const last = hits[room - 1];
    if (last !== undefined && last.at < items.length - 1) this.#kept = last.at + 1;
    else if (last !== undefined || next === null || performance.now() >= this.#until) this.#end(next);
    else this.#cursor = next;
  }

  #end(next: string | null): void {
    this.#cursor = next;
    this.#isOver = true;
  }
}

export async function searchOpened<T>(
  list: (window: PageRequest) => Promise<Page<T>>,
  isFound: (row: T) => boolean,
  page: PageRequest,
): Promise<Page<T>> {
  const search = new Search(isFound, page);
  for (let window = search.window; window !== null; window = search.window) search.take(await list(window));
  return search.page;
}

/** The same in one go, on a thread where nobody else waits. */
export function searchOpenedAtOnce<T>(
  list: (window: PageRequest) => Page<T>,
  isFound: (row: T) => boolean,
  page: PageRequest,
): Page<T> {
  const search = new Search(isFound, page);
  for (let window = search.window; window !== null; window = search.window) search.take(list(window));
  return search.page;
}

/** Part of it, any case. */
export function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
