import type { Figures } from '#domain/catalogue.ts';
import type { FigureStore } from '#ports/store/figures.ts';

/** Figures of requests that were passed through; see `FigureStore`. */
export const TURN_FIGURES = {
  hits: 'turnHits',
  misses: 'turnMisses',
  bypassed: 'turnsBypassed',
  /** Tokens that the hits did not cost, and that the misses did. */
  savedTokens: 'turnSavedTokens',
  spentTokens: 'turnSpentTokens',
} as const;

export type TurnCounts = { readonly [N in keyof typeof TURN_FIGURES]: number };

const FLUSH_MS = 1_000;
const NONE: TurnCounts = { hits: 0, misses: 0, bypassed: 0, savedTokens: 0, spentTokens: 0 };

export interface TurnCounterDeps {
  readonly figures: Pick<FigureStore, 'add'>;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Counts in memory, and hands groups to the store; what was not flushed when the process dies is lost. */
export class TurnCounter {
  readonly #deps: TurnCounterDeps;
  #counted = new Map<number, TurnCounts>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;

  constructor(deps: TurnCounterDeps) {
    this.#deps = deps;
  }

  add(projectId: number, more: Partial<TurnCounts>): void {
    this.#counted.set(projectId, sumOf(this.#counted.get(projectId) ?? NONE, more));
    if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.#flushLater(), FLUSH_MS);
  }

  /** Hands what was counted to the store; what it does not take is kept, and tried again. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const counted = this.#counted;
    this.#counted = new Map();
    const parts = await Promise.allSettled(Array.from(counted, (group) => this.#flushProject(...group)));
    const failed = parts.find((part) => part.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  async #flushProject(projectId: number, counts: TurnCounts): Promise<void> {
    try {
      await this.#deps.figures.add(projectId, 0, figuresOf(counts), this.#deps.now());
    } catch (error) {
      this.add(projectId, counts);
      throw error;
    }
  }

  async #flushLater(): Promise<void> {
    await this.flush().catch(this.#deps.onError);
  }
}

function sumOf(counts: TurnCounts, more: Partial<TurnCounts>): TurnCounts {
  return Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [name, value + (more[name as keyof TurnCounts] ?? 0)]),
  ) as TurnCounts;
}

function figuresOf(counts: TurnCounts): Figures {
  return Object.fromEntries(
    Object.entries(TURN_FIGURES).map(([name, figure]) => [figure, counts[name as keyof TurnCounts]]),
  );
}

/** What the store's figures say of turns. */
export function turnCountsOf(figures: Figures): TurnCounts {
  return Object.fromEntries(
    Object.entries(TURN_FIGURES).map(([name, figure]) => [name, figures[figure] ?? 0]),
  ) as TurnCounts;
}
