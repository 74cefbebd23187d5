import { expectedAuthors } from '#core/catalogue/estimate-run.ts';
import type { Batch } from '#domain/batch.ts';
import type { Figures } from '#domain/catalogue.ts';
import { totalOf } from '#domain/item.ts';
import type { Clock } from '#ports/log.ts';
import type { FigureStore } from '#ports/store/figures.ts';
import { optionsOf } from './options.ts';

/** How long figures are good enough to guess by. */
const KEPT_MS = 20_000;

/** How batches grow, by what the runs of their project showed so far. Nothing but display rests on it. */
export class Growth {
  readonly #store: Pick<FigureStore, 'ofProject'>;
  readonly #clock: Clock;
  readonly #known = new Map<number, { figures: Figures; readAt: number }>();

  constructor(store: Pick<FigureStore, 'ofProject'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** null while nothing is known; the figures are read behind the caller's back. */
  expectedTotal(batch: Batch): number | null {
    const known = this.#known.get(batch.projectId);
    if (known === undefined || known.readAt < this.#clock() - KEPT_MS) this.#read(batch.projectId);
    if (known === undefined) return null;
    const listed = totalOf(batch.counts) - batch.discovered;
    return expectedAuthors(known.figures, listed, optionsOf(batch.options).maxDepth);
  }

  #read(projectId: number): void {
    const before = this.#known.get(projectId)?.figures ?? {};
    this.#known.set(projectId, { figures: before, readAt: this.#clock() });
    this.#store.ofProject(projectId).then(
      (figures) => void this.#known.set(projectId, { figures, readAt: this.#clock() }),
      () => undefined,
    );
  }
}
