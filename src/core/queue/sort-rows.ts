import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import { MAX_ITEMS_PER_BATCH } from '#domain/ids.ts';
import { SamenessTable } from '#domain/sameness.ts';
import type { NewItem } from '#ports/store/batches.ts';
import type { NewWork } from '#ports/workload.ts';
import { locate } from './read-input.ts';
import type { IncomingRow } from './read-input.ts';

/** Problems kept to be shown; more are counted only. */
const MOST_SHOWN = 100;

export interface SorterSettings {
  readonly onInvalid: 'reject' | 'skip';
  readonly maxItems: number;
  /** Items keep what makes them the same as their key: their batch may discover more of them. */
  readonly isKeyed?: boolean;
  readonly firstSeq?: number;
}

/** Sorts what comes in into items, duplicates and problems, and keeps count. */
export class RowSorter {
  readonly problems: Problem[] = [];
  invalid = 0;
  duplicates = 0;
  accepted = 0;
  readonly #seen = new SamenessTable();
  readonly #onInvalid: 'reject' | 'skip';
  readonly #maxItems: number;
  readonly #isKeyed: boolean;
  #seq: number;

  constructor(settings: SorterSettings) {
    this.#onInvalid = settings.onInvalid;
    this.#isKeyed = settings.isKeyed ?? false;
    this.#maxItems = Math.min(settings.maxItems, MAX_ITEMS_PER_BATCH);
    this.#seq = settings.firstSeq ?? 1;
  }

  /** An item that is in the batch already. */
  remember(sameness: string | null, seq: number): void {
    if (sameness !== null) this.#seen.seen(sameness, seq);
    this.#seq = Math.max(this.#seq, seq + 1);
  }

  /**
   * @throws Fault `too_many_items`
   * @throws Fault `invalid_items` at once when invalid rows are rejected and there are more than are shown
   */
  sort(rows: readonly IncomingRow[]): NewItem[] {
    const items: NewItem[] = [];
    for (const row of rows) {
      if ('problem' in row.read) this.#refuse(row, row.read.problem);
      else items.push(this.#accept(row.read.ok));
    }
    return items;
  }

  /** @throws Fault `invalid_items`, `empty_submission` */
  finish(): void {
    if (this.invalid > 0 && this.#onInvalid === 'reject') throw this.#rejection();
    if (this.accepted === 0) {
      throw new Fault(
        'invalid',
        'empty_submission',
        this.invalid === 0
          ? 'There was nothing in it: send at least one entry.'
          : `None of the ${this.invalid} entries could be used.`,
        { problems: this.problems },
      );
    }
  }

  #accept({ payload, sameness, priority }: NewWork): NewItem {
    if (this.#seq > this.#maxItems) {
      throw new Fault(
        'too_large',
        'too_many_items',
        `A batch holds at most ${this.#maxItems.toLocaleString('en')} items: split the submission.`,
      );
    }
    const seq = this.#seq;
    this.#seq += 1;
    this.accepted += 1;
    const first = sameness === null ? null : this.#seen.seen(sameness, seq);
    if (first === null) {
      // A million questions are a million of these: no more than is needed.
      if (!this.#isKeyed && priority === undefined) return { payload };
      const key = this.#isKeyed && sameness !== null ? { key: sameness } : {};
      return { payload, ...key, ...(priority === undefined ? {} : { priority }) };
    }
    this.duplicates += 1;
    return { payload, skip: { reason: 'duplicate', duplicateOfSeq: first } };
  }

  #refuse(row: IncomingRow, problem: Problem): void {
    this.invalid += 1;
    if (this.problems.length < MOST_SHOWN) this.problems.push(locate(row, problem));
    else if (this.#onInvalid === 'reject') throw this.#rejection();
  }

  #rejection(): Fault {
    const [first] = this.problems as [Problem];
    const place = first.line === undefined ? (first.field ?? 'an entry') : `line ${first.line}`;
    const others = this.invalid > 1 ? `, and ${this.invalid - 1} more` : '';
    return new Fault(
      'invalid',
      'invalid_items',
      `Nothing was queued: ${place}: ${first.message}${others}. Correct it, or send options.onInvalid = "skip".`,
      { problems: this.problems },
    );
  }
}
