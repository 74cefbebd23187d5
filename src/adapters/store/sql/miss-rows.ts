import { Fault } from '#domain/fault.ts';
import type { Miss, MissState } from '#domain/miss.ts';

export function toMiss(row: unknown): Miss {
  const { id, question, misses, firstAt, lastAt, state } = row as Miss;
  return { id, question, misses, firstAt, lastAt, state: state satisfies MissState };
}

interface Place {
  readonly misses: number;
  readonly id: number;
}

export function showPlace({ misses, id }: Place): string {
  return `${misses}-${id}`;
}

/** @throws Fault `bad_cursor` when the text was not given out as one */
export function readPlace(cursor: string | null): Place | null {
  if (cursor === null) return null;
  const [, misses, id] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (misses === undefined || id === undefined) {
    throw new Fault(
      'invalid',
      'bad_cursor',
      'The cursor is not one that a page gave as `nextCursor`: begin without it.',
    );
  }
  return { misses: Number(misses), id: Number(id) };
}
