import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openSqliteStore } from '#adapters/store/sqlite/open.ts';
import { emptyFile } from '#adapters/store/sqlite/temporary-store.ts';
import { Fault } from '#domain/fault.ts';
import type { Store } from '#ports/store/store.ts';

export const STORE_THREADS = {
  writer: new URL('../../src/main/threads/store-writer.ts', import.meta.url),
  scans: new URL('../../src/main/threads/store-scans.ts', import.meta.url),
};

/** A SQLite file of one story, and stores on it: as many as there are processes in it. */
export interface StoryFile {
  readonly file: string;
  open(): Promise<Store>;
  /** Once the story is over: nothing that it left under way reaches the file any more. */
  giveBack(): Promise<void>;
}

interface Shelf {
  readonly folder: string;
  readonly stores: Store[];
}

/** Outside of a run of tests there is nobody to say when it is over. */
const isKeeping = process.env['NODE_TEST_CONTEXT'] !== undefined;
const free: Shelf[] = [];
/** Also those that a story which failed never gave back. */
const all = new Set<Shelf>();
if (isKeeping) after(() => Promise.all([...all].map(remove)));

/**
 * Stores of a file of tests serve one story after the other, each as new: starting the two threads of one took 0.35 s of
 * a processor, several times as much as most stories.
 */
export function borrowFile(): StoryFile {
  const shelf = free.pop() ?? { folder: mkdtempSync(join(tmpdir(), 'preheat-story-')), stores: [] };
  all.add(shelf);
  const file = join(shelf.folder, 'preheat.db');
  const lent: Lent[] = [];
  return {
    file,
    async open() {
      const at = lent.length;
      const one = new Lent();
      lent.push(one);
      shelf.stores[at] ??= await openSqliteStore({ file, synchronous: 'NORMAL', threads: STORE_THREADS });
      return one.lend(shelf.stores[at]);
    },
    async giveBack() {
      for (const one of lent) await one.end();
      if (!isKeeping) return remove(shelf);
      emptyFile(file, true);
      free.push(shelf);
    },
  };
}

async function remove(shelf: Shelf): Promise<void> {
  all.delete(shelf);
  for (const store of shelf.stores) await store.close();
  rmSync(shelf.folder, { recursive: true });
}

/** A store that answers until it is given back, and is then closed for whoever still has it. */
class Lent {
  readonly #pending = new Set<Promise<unknown>>();
  #isOver = false;

  lend(store: Store): Store {
    return this.#guarded({ ...store, close: () => this.end() });
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#pending);
  }

  /** Entities may hold others, as documents hold passages. */
  #guarded<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (from, name) => {
        const value: unknown = from[name as keyof T];
        if (typeof value === 'function') return name === 'close' ? value : this.#watched(value as Verb);
        return typeof value === 'object' && value !== null ? this.#guarded(value) : value;
      },
    });
  }

  #watched(verb: Verb): Verb {
    return (...args) => {
      if (this.#isOver)
        return Promise.reject(new Fault('unavailable', 'store_closed', 'The store is closed.'));
      const result = verb(...args);
      if (result instanceof Promise) {
        this.#pending.add(result);
        const forget = (): void => void this.#pending.delete(result);
        result.then(forget, forget);
      }
      return result;
    };
  }
}

type Verb = (...args: readonly unknown[]) => unknown;
