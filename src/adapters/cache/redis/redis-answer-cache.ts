import { RedisLink } from '#clients/redis.ts';
import type { Answer } from '#domain/answer.ts';
import type { SharedAnswer, SharedAnswerCache } from '#ports/cache.ts';
import { countedBytes, keepEntry } from './keep-script.ts';
import type { Kept } from './keep-script.ts';
import { packAnswer, packMark, unpackAnswer } from './pack-answer.ts';
import type { Sealing } from './pack-answer.ts';

export interface RedisCacheSettings {
  readonly url: string;
  /** Begins every key: installations that share a server do not see each other's. */
  readonly prefix: string;
  readonly now: () => number;
  readonly random: () => number;
  /** null: entries are not encrypted. */
  readonly sealing: Sealing | null;
  /** How long an answer of the server is waited for; tests of what it keeps wait as long as it takes. */
  readonly patienceMs?: number;
}

/** The store answers in about a millisecond: a cache that takes much longer is worse than none. */
const COMMAND_TIMEOUT_MS = 150;
const READY_TIMEOUT_MS = 1_000;
/** The form of an answer in an entry. To be raised with it: old entries are then not seen, and fall out. */
const FORM = 1;
const LONGEST_TTL_MS = 24 * 3_600_000;
/** Entries that were written together do not all end together. */
const JITTER = 0.1;
/** As long as an answer may be on its way into the store. */
const MARK_TTL_MS = 30_000;
const MOST_BYTES = 1024 * 1024;

/** Answers in a Redis or Valkey that may throw them out. */
export class RedisAnswerCache implements SharedAnswerCache {
  readonly #settings: RedisCacheSettings;
  readonly #link: RedisLink;

  constructor(settings: RedisCacheSettings) {
    this.#settings = settings;
    this.#link = new RedisLink({
      url: settings.url,
      name: 'preheat-cache',
      commandTimeoutMs: settings.patienceMs ?? COMMAND_TIMEOUT_MS,
    });
  }

  /** Resolves once it can be asked, or after a moment: then it may be later, or never. */
  ready(): Promise<void> {
    return this.#link.ready(Math.max(READY_TIMEOUT_MS, this.#settings.patienceMs ?? 0));
  }

  async find(projectId: number, key: string): Promise<SharedAnswer | null> {
    const name = this.#nameOf(projectId, key);
    const entry = await this.#link.run((redis) => redis.getBuffer(name));
    if (entry === null) return null;
    const shared = await unpackAnswer(entry, name, this.#settings.sealing);
    const isIts = shared?.answer.projectId === projectId && shared.answer.key === key;
    return isIts ? shared : null;
  }

  async keep(shared: SharedAnswer, mostBytes: number | null): Promise<void> {
    const { answer } = shared;
    const ttlMs = this.#ttlOf(answer);
    if (ttlMs <= 0) return;
    const { projectId, key, createdAt: madeAt, corpusVersion: version } = answer;
    const entry = await packAnswer(shared, this.#nameOf(projectId, key), this.#settings.sealing);
    if (entry.length > MOST_BYTES) return;
    await this.#put(projectId, { key, entry, madeAt, version, ttlMs, mostBytes, isMark: false });
  }

  async supersede(projectId: number, key: string, madeAt: number): Promise<void> {
    const mark = { version: 0, ttlMs: MARK_TTL_MS, mostBytes: null, isMark: true };
    await this.#put(projectId, { key, entry: packMark(madeAt), madeAt, ...mark });
  }

  bytesOf(projectId: number): Promise<number | null> {
    return this.#link.run((redis) => countedBytes(redis, this.#nameOf(projectId, '')));
  }

  async clear(projectId: number): Promise<void> {
    const pattern = `${this.#nameOf(projectId, '').replaceAll(/[*?[\]\\]/g, '\\$&')}*`;
    await this.#link.run(async (redis) => {
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
        if (keys.length > 0) await redis.unlink(...keys);
        cursor = next;
      } while (cursor !== '0');
    });
  }

  close(): void {
    this.#link.close();
  }

  async #put(projectId: number, kept: Omit<Kept, 'start' | 'now'>): Promise<void> {
    const whole = { ...kept, start: this.#nameOf(projectId, ''), now: this.#settings.now() };
    await this.#link.run((redis) => keepEntry(redis, whole));
  }

  #ttlOf({ expiresAt }: Answer): number {
    const longest = Math.min(LONGEST_TTL_MS, expiresAt - this.#settings.now());
    return Math.floor(longest * (1 - JITTER * this.#settings.random()));
  }

  /** The braces keep a project's entries on one node of a cluster. */
  #nameOf(projectId: number, key: string): string {
    return `${this.#settings.prefix}:answers${FORM}:{${projectId}}:${key}`;
  }
}
