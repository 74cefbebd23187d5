import type { ClaimedItem } from '#domain/outcome.ts';
import type { Stage } from '#domain/stage.ts';

export interface WorkContext {
  /** Made when first asked for. */
  readonly signal: AbortSignal;
  report(stage: Stage): void;
}

export interface RunningItem extends ClaimedItem {
  readonly startedAt: number;
  /** What the run last reported of itself. */
  readonly stage: Stage | null;
}

/** One item being run. Its abort controller is made when somebody asks: most items are done before anybody does. */
export class Run implements WorkContext {
  readonly item: ClaimedItem;
  readonly startedAt: number;
  #controller: AbortController | null = null;
  #stage: Stage | null = null;

  constructor(item: ClaimedItem, startedAt: number) {
    this.item = item;
    this.startedAt = startedAt;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  report(stage: Stage): void {
    this.#stage = stage;
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }

  describe(): RunningItem {
    return { ...this.item, startedAt: this.startedAt, stage: this.#stage };
  }
}
