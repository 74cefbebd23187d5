import type { Answer } from '#domain/answer.ts';
import type { SharedAnswer, SharedAnswerCache } from '#ports/cache.ts';
import type { ProjectStore, ProjectVersions } from '#ports/store/projects.ts';

export interface SecondTierDeps {
  readonly cache: SharedAnswerCache;
  readonly projects: Pick<ProjectStore, 'cacheVersion' | 'raiseCacheVersion'>;
  /** What a project may keep there, in bytes; null: any amount. Absent: so may all. */
  readonly mostBytes?: ((projectId: number) => Promise<number | null>) | undefined;
  readonly onError: (error: unknown) => void;
}

/** What it found, to be handed back with what the store then gave. */
export interface SharedLook {
  /** null: nothing that may be given. */
  readonly answer: Answer | null;
  readonly cacheVersion: number;
}

export interface SharedCounts {
  readonly hits: number;
  readonly misses: number;
  /** It had something that the store has overtaken. */
  readonly behind: number;
  readonly failures: number;
}

/** Projects that the cache could not be told about are made good together. */
const MAKE_GOOD_MS = 200;

/**
 * Answers that other processes have read from the store, kept from serving what the store has overtaken.
 *
 * A purge cannot rest on telling a cache that may be away and come back. So each project has a cache version in the
 * store, raised in the transaction that drops its answers: an entry is worth something as long as the version that was
 * read before it was read from the store is the one read after the question came. What replaces an answer leaves a mark
 * before it is stored; where that cannot be said, the cache version is raised instead.
 */
export class SecondTier {
  readonly #deps: SecondTierDeps;
  readonly #owed = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;
  #counts = { hits: 0, misses: 0, behind: 0, failures: 0 };

  constructor(deps: SecondTierDeps) {
    this.#deps = deps;
  }

  get counts(): SharedCounts {
    return this.#counts;
  }

  /** The project is gone. What cannot be told now goes by its time. */
  async clear(projectId: number): Promise<void> {
    await this.#deps.cache.clear(projectId).catch(this.#deps.onError);
  }

  /** @param versions a read that began after the question came */
  async look(projectId: number, key: string, versions: Promise<ProjectVersions>): Promise<SharedLook> {
    const { cache, projects } = this.#deps;
    const [cacheVersion, found, { corpusVersion }] = await Promise.all([
      projects.cacheVersion(projectId),
      cache.find(projectId, key).catch(() => 'away' as const),
      versions,
    ]);
    if (found === 'away') return this.#count('failures', cacheVersion);
    if (found === null) return this.#count('misses', cacheVersion);
    if (found.cacheVersion !== cacheVersion || found.answer.corpusVersion !== corpusVersion)
      return this.#count('behind', cacheVersion);
    this.#counts.hits += 1;
    return { answer: found.answer, cacheVersion };
  }

  /** Nobody waits for it. @param cacheVersion of the look before the answer was read from the store */
  keep(answer: Answer, cacheVersion: number): void {
    this.#keep({ answer, cacheVersion }).catch(() => void (this.#counts.failures += 1));
  }

  /** What a project keeps there, and may; null: any amount, or it cannot be asked now. */
  async roomOf(projectId: number): Promise<{ readonly held: number; readonly cap: number } | null> {
    const cap = (await this.#deps.mostBytes?.(projectId)) ?? null;
    if (cap === null) return null;
    try {
      return { held: (await this.#deps.cache.bytesOf(projectId)) ?? 0, cap };
    } catch {
      return null;
    }
  }

  /** To be awaited before the answer made at `madeAt` is stored. */
  async supersede(projectId: number, key: string, madeAt: number): Promise<void> {
    try {
      await this.#deps.cache.supersede(projectId, key, madeAt);
    } catch {
      this.#counts.failures += 1;
      this.#owed.add(projectId);
      this.#makeGoodSoon();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#makeGood();
    this.#deps.cache.close();
  }

  async #keep(shared: SharedAnswer): Promise<void> {
    const { cache, mostBytes } = this.#deps;
    await cache.keep(shared, (await mostBytes?.(shared.answer.projectId)) ?? null);
  }

  async #makeGood(): Promise<void> {
    this.#timer = null;
    const { projects, onError } = this.#deps;
    const owed = [...this.#owed];
    this.#owed.clear();
    const raised = await Promise.allSettled(owed.map((id) => projects.raiseCacheVersion(id)));
    for (const [i, result] of raised.entries()) {
      if (result.status === 'fulfilled') continue;
      onError(result.reason);
      this.#owed.add(owed[i] as number);
      this.#makeGoodSoon();
    }
  }

  #makeGoodSoon(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.#makeGood(), MAKE_GOOD_MS);
  }

  #count(what: keyof SharedCounts, cacheVersion: number): SharedLook {
    this.#counts[what] += 1;
    return { answer: null, cacheVersion };
  }
}
