import { authorKey } from '#domain/author-name.ts';
import { Fault } from '#domain/fault.ts';
import type { CatalogueRecord } from '#domain/catalogue.ts';
import { mainTitle, titleKey } from '#domain/title.ts';
import type { Log } from '#ports/log.ts';
import { fetchRecords } from './fetch-records.ts';
import type { FetchDeps } from './fetch-records.ts';
import { findNear } from './find-near.ts';
import type { Near } from './find-near.ts';
import { readWanted } from './wanted.ts';
import type { LookUp, Wanted } from './wanted.ts';

export interface LookUpDeps extends FetchDeps {
  readonly log: Log;
  /** How long a caller waits for a source; what comes later is kept for the next. */
  readonly patienceMs: number;
}

export interface LookedUp {
  readonly key: string;
  readonly match: 'exact' | 'near';
  readonly status: 'hit' | 'stale' | 'miss';
  readonly records: readonly CatalogueRecord[];
  /** Other keys that are spelled alike. */
  readonly near: readonly Near[];
}

/** A fetch ends after this, whoever waits for it. */
const FETCH_MS = 60_000;
/** So alike a key must be to be given for the one that nobody knows. */
const ALIKE = 0.72;

/** Reads records through the cache: fresh ones at once, stale ones while they are fetched anew, others from a source. */
export class LookUps {
  readonly #deps: LookUpDeps;
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #counts = new Map<string, { projectId: number; name: string; count: number }>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(deps: LookUpDeps) {
    this.#deps = deps;
  }

  /** @throws Fault invalid `not_a_key`; not_found `not_known`, `not_cached`; unavailable when no source answers */
  async lookUp(projectId: number, asked: LookUp): Promise<LookedUp> {
    const wanted = readWanted(projectId, asked);
    const found = asked.cache === 'refresh' ? [] : await this.#find(wanted);
    const isFresh = found.length > 0 && found.every((record) => record.expiresAt > this.#deps.clock());
    this.#count(projectId, found.length === 0 ? 'read_misses' : 'read_hits');
    if (found.length > 0) {
      if (!isFresh && asked.cache === 'use') void this.#fetch(wanted).catch(() => undefined);
      return this.#answer(wanted, found, isFresh ? 'hit' : 'stale');
    }
    if (asked.cache === 'only') return this.#near(wanted, 'not_cached', 'Nothing is cached for');
    await this.#waitFor(this.#fetch(wanted), asked.signal);
    return this.#answer(wanted, await this.#find(wanted), 'miss');
  }

  /** Writes what was counted and not written yet. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#flush();
  }

  async #find({ projectId, kind, key, name, author }: Wanted): Promise<readonly CatalogueRecord[]> {
    const { records } = this.#deps.store;
    let found = await records.find(projectId, kind, key);
    if (found.length === 0 && kind === 'title') {
      const main = titleKey(mainTitle(name));
      if (main !== key) found = await records.find(projectId, kind, main);
    }
    return author === null ? found : found.filter((record) => isBy(record, author));
  }

  #answer(
    wanted: Wanted,
    found: readonly CatalogueRecord[],
    status: LookedUp['status'],
  ): Promise<LookedUp> | LookedUp {
    const records = found.filter((record) => record.value !== null);
    if (records.length === 0) return this.#near(wanted, 'not_known', 'No source knows');
    return { key: (records[0] as CatalogueRecord).key, match: 'exact', status, records, near: [] };
  }

  /** What is spelled alike, when it is alike enough; otherwise it is named in the refusal. */
  async #near(wanted: Wanted, code: string, why: string): Promise<LookedUp> {
    const near = await findNear(this.#deps.store.records, wanted);
    const [best] = near;
    if (best !== undefined && best.likeness >= ALIKE) {
      const records = await this.#find({ ...wanted, key: best.key, name: best.name });
      const known = records.filter((record) => record.value !== null);
      if (known.length > 0) {
        const isFresh = known.every((record) => record.expiresAt > this.#deps.clock());
        const status = isFresh ? 'hit' : 'stale';
        return { key: best.key, match: 'near', status, records: known, near: near.slice(1) };
      }
    }
    const like = near.length === 0 ? '' : ` Spelled alike: ${near.map(({ name }) => name).join('; ')}.`;
    throw new Fault('not_found', code, `${why} the ${wanted.kind} “${wanted.name.slice(0, 200)}”.${like}`);
  }

  /** One fetch for all who want the same. */
  #fetch(wanted: Wanted): Promise<void> {
    const place = [wanted.projectId, wanted.kind, wanted.key, wanted.author ?? ''].join('\n');
    const running = this.#fetching.get(place);
    if (running !== undefined) return running;
    const fetching = fetchRecords(this.#deps, wanted, AbortSignal.timeout(FETCH_MS)).finally(() =>
      this.#fetching.delete(place),
    );
    this.#fetching.set(place, fetching);
    return fetching;
  }

  async #waitFor(fetching: Promise<void>, signal: AbortSignal): Promise<void> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const late = new Fault(
      'unavailable',
      'source_slow',
      'The source has not answered yet: ask again in a moment.',
      {
        retryAfterSeconds: 2,
      },
    );
    const timer = setTimeout(() => reject(late), this.#deps.patienceMs);
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    // Whoever left is told nothing; the fetch goes on and is kept.
    fetching.catch(() => undefined);
    try {
      await Promise.race([fetching, over]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** A write for each read would cost more than the read: counts are gathered for a second. */
  #count(projectId: number, name: string): void {
    const place = `${projectId} ${name}`;
    const count = this.#counts.get(place) ?? { projectId, name, count: 0 };
    count.count += 1;
    this.#counts.set(place, count);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#flush();
    }, 1_000);
  }

  async #flush(): Promise<void> {
    const counted = [...this.#counts.values()];
    this.#counts.clear();
    const { store, clock, log } = this.#deps;
    for (const { projectId, name, count } of counted) {
      await store.figures
        .add(projectId, 0, { [name]: count }, clock())
        .catch((error: unknown) => log('warn', 'figures_delayed', { why: String(error) }));
    }
  }
}

function isBy(record: CatalogueRecord, author: string): boolean {
  if (record.value === null || record.variant === author) return true;
  const authors = record.value['authors'];
  return (
    Array.isArray(authors) &&
    authors.some((each) => authorKey(String((each as { name?: unknown }).name)) === author)
  );
}
