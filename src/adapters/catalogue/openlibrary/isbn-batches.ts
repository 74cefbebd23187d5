import type { Work } from '#domain/work.ts';
import type { CatalogueCall } from '#ports/catalogue.ts';

type Search = (isbns: readonly string[], call: CatalogueCall) => Promise<ReadonlyMap<string, Work>>;

interface Wanted {
  readonly isbns: readonly string[];
  readonly call: CatalogueCall;
  readonly resolve: (found: ReadonlyMap<string, Work>) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_IN_ONE = 25;
/** How long the first of a group waits for others. */
const GATHER_MS = 15;

/** Makes one search of what several readers want at the same time. Groups are of one project. */
export class IsbnBatches {
  readonly #search: Search;
  readonly #waiting = new Map<number, Wanted[]>();

  constructor(search: Search) {
    this.#search = search;
  }

  find(isbns: readonly string[], call: CatalogueCall): Promise<ReadonlyMap<string, Work>> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(call.projectId);
      const wanted = { isbns, call, resolve, reject };
      if (waiting !== undefined) {
        waiting.push(wanted);
        return;
      }
      this.#waiting.set(call.projectId, [wanted]);
      setTimeout(() => void this.#flush(call.projectId), GATHER_MS);
    });
  }

  async #flush(projectId: number): Promise<void> {
    const group = this.#waiting.get(projectId) ?? [];
    this.#waiting.delete(projectId);
    const [first] = group;
    if (first === undefined) return;
    const all = [...new Set(group.flatMap((wanted) => wanted.isbns))].toSorted();
    try {
      const found = new Map<string, Work>();
      // One call of many readers ends when its own time is up, not when the first of them hangs up.
      const signal = group.length === 1 ? first.call.signal : AbortSignal.timeout(60_000);
      for (let from = 0; from < all.length; from += MOST_IN_ONE) {
        const some = await this.#search(all.slice(from, from + MOST_IN_ONE), { ...first.call, signal });
        for (const [isbn, work] of some) found.set(isbn, work);
      }
      for (const wanted of group) wanted.resolve(found);
    } catch (error) {
      for (const wanted of group) wanted.reject(error);
    }
  }
}
