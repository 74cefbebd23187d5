import type { Answer } from '#domain/answer.ts';
import type { Missed } from '#domain/miss.ts';
import type { Store } from '#ports/store/store.ts';
import { MissedQuestions } from './missed-questions.ts';

/** A hit costs a map entry, not a write; the groups go to the store this often. */
const FLUSH_MS = 1_000;

export interface HitCounterDeps {
  readonly store: {
    readonly answers: Pick<Store['answers'], 'countHits'>;
    readonly hours: Pick<Store['hours'], 'add'>;
    readonly misses: Pick<Store['misses'], 'count'>;
  };
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

interface Tally {
  hits: number;
  misses: number;
  savedMs: number;
  savedTokens: number;
}

/** Counts hits and misses in memory. What was not flushed when the process dies is lost: hits are for people. */
export class HitCounter {
  readonly #deps: HitCounterDeps;
  readonly #missed = new MissedQuestions();
  #answers = new Map<number, number>();
  #projects = new Map<number, Tally>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;

  constructor(deps: HitCounterDeps) {
    this.#deps = deps;
  }

  hit(answer: Pick<Answer, 'id' | 'projectId' | 'tookMs' | 'usage'>): void {
    this.#answers.set(answer.id, (this.#answers.get(answer.id) ?? 0) + 1);
    const tally = this.#tally(answer.projectId);
    tally.hits += 1;
    tally.savedMs += answer.tookMs;
    tally.savedTokens += answer.usage.inputTokens + answer.usage.outputTokens;
  }

  /** @param question null: it is counted, and not written down */
  miss(projectId: number, question: Omit<Missed, 'misses'> | null): void {
    this.#tally(projectId).misses += 1;
    if (question !== null) this.#missed.note(projectId, { ...question, misses: 1 });
  }

  /** Hands what was counted to the store; what it does not take is kept, and tried again in a moment. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const parts = await Promise.allSettled([this.#flushAnswers(), this.#flushProjects()]);
    const failed = parts.find((part) => part.status === 'rejected');
    if (failed === undefined) return;
    this.#flushSoon();
    throw failed.reason;
  }

  /** Flushes for the last time: what the store does not take now is lost. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  #flushSoon(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.flush().catch(this.#deps.onError), FLUSH_MS);
  }

  #tally(projectId: number): Tally {
    this.#flushSoon();
    let tally = this.#projects.get(projectId);
    if (tally === undefined) {
      tally = { hits: 0, misses: 0, savedMs: 0, savedTokens: 0 };
      this.#projects.set(projectId, tally);
    }
    return tally;
  }

  async #flushAnswers(): Promise<void> {
    const counted = this.#answers;
    if (counted.size === 0) return;
    this.#answers = new Map();
    try {
      const hits = Array.from(counted, ([answerId, count]) => ({ answerId, hits: count }));
      await this.#deps.store.answers.countHits(hits, this.#deps.now());
    } catch (error) {
      for (const [id, count] of counted) this.#answers.set(id, (this.#answers.get(id) ?? 0) + count);
      throw error;
    }
  }

  async #flushProjects(): Promise<void> {
    const counted = this.#projects;
    this.#projects = new Map();
    const parts = await Promise.allSettled(
      Array.from(counted, ([projectId, tally]) => [
        this.#flushProject(projectId, tally),
        this.#flushMissed(projectId),
      ]).flat(),
    );
    const failed = parts.find((part) => part.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #flushProject(projectId: number, counted: Tally): Promise<void> {
    try {
      await this.#deps.store.hours.add(projectId, counted, this.#deps.now());
    } catch (error) {
      const tally = this.#tally(projectId);
      tally.hits += counted.hits;
      tally.misses += counted.misses;
      tally.savedMs += counted.savedMs;
      tally.savedTokens += counted.savedTokens;
      throw error;
    }
  }

  async #flushMissed(projectId: number): Promise<void> {
    const missed = this.#missed.take(projectId);
    if (missed.length === 0) return;
    try {
      await this.#deps.store.misses.count(projectId, missed, this.#deps.now());
    } catch (error) {
      // With an empty tally the project is among those of the next flush.
      this.#tally(projectId);
      for (const each of missed) this.#missed.note(projectId, each);
      throw error;
    }
  }
}
