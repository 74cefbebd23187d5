import { createHash } from 'node:crypto';

/** A table's rows on their way from one database to the other. */
export interface MovedTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Groups of rows, each row in the order of the columns. */
  readonly groups: Iterable<readonly Row[]>;
  /** The highest id that was ever given out; null where ids are not given out. */
  readonly lastId: number | null;
}

export type Value = string | number | Uint8Array | null;
export type Row = readonly Value[];

/**
 * Tells whether two tables hold the same rows, in whatever order they are read: the digests of all rows, added up. A
 * row that is missing, doubled or changed in one column gives another sum.
 */
export class RowSum {
  #sum = 0n;
  #count = 0;

  add(row: Row): void {
    const digest = createHash('sha256')
      .update(JSON.stringify(row.map(sameEverywhere)))
      .digest();
    this.#sum = (this.#sum + digest.readBigUInt64BE(0) * 2n ** 64n + digest.readBigUInt64BE(8)) % 2n ** 128n;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  equals(other: RowSum): boolean {
    return this.#count === other.#count && this.#sum === other.#sum;
  }
}

/** What PostgreSQL cannot hold in a text, a NUL, was replaced on the way; halves of characters too. */
function sameEverywhere(value: Value): string | number | null {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed();
  if (value instanceof Uint8Array) return `bytes ${createHash('sha256').update(value).digest('hex')}`;
  return value;
}
