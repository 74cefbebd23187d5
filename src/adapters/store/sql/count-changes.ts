import type { Counts, ItemStatus } from '#domain/item.ts';

/** Changes of a batch's counts within one verb, written once at its end. */
export class CountChanges {
  readonly #changes = new Map<number, Record<ItemStatus, number>>();

  add(batchId: number, status: ItemStatus, by: number): void {
    let change = this.#changes.get(batchId);
    if (change === undefined) {
      change = { pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0, skipped: 0 };
      this.#changes.set(batchId, change);
    }
    change[status] += by;
  }

  move(batchId: number, from: ItemStatus, to: ItemStatus, by = 1): void {
    this.add(batchId, from, -by);
    this.add(batchId, to, by);
  }

  get batchIds(): number[] {
    return [...this.#changes.keys()];
  }

  entries(): Iterable<readonly [number, Counts]> {
    return this.#changes;
  }

  /** Every write raises the slot's version, and so the batch's. */
  write(save: SaveCounts): void {
    for (const [batchId, change] of this.#changes) save(batchId, change);
  }
}

export type SaveCounts = (batchId: number, change: Counts) => void;
