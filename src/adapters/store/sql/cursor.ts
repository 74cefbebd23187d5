import { Fault } from '#domain/fault.ts';
import type { Page } from '#domain/page.ts';

/** @throws Fault `bad_cursor` when the text was not given out as one */
export function readCursor(cursor: string | null): number | null {
  if (cursor === null) return null;
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new Fault(
      'invalid',
      'bad_cursor',
      'The cursor is not one that a page gave as `nextCursor`: begin without it.',
    );
  }
  return Number(cursor);
}

/** Makes a page of rows that were read one beyond the limit, to see whether there are more. */
export function pageOf<T>(rows: readonly T[], limit: number, key: (row: T) => number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? String(key(last)) : null };
}
