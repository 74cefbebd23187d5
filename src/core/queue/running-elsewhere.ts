import type { Notice, RunningElsewhere as Item } from '#ports/bus.ts';
import type { Hands } from './hands.ts';
import type { RunningItem } from './run.ts';

type Report = Extract<Notice, { kind: 'running' }>;

/** A process that has not spoken for so long is not shown any more. It speaks each second while something runs. */
const KEPT_MS = 3_000;

/** What other processes run, as they last told. Nothing but display rests on it. */
export class RunningElsewhere {
  readonly #byBatch = new Map<
    number,
    Map<number, { readonly items: readonly Item[]; readonly until: number }>
  >();

  note({ workerId, batchId, items }: Report, now: number): void {
    const workers = this.#byBatch.get(batchId) ?? new Map();
    if (items.length === 0) workers.delete(workerId);
    else workers.set(workerId, { items, until: now + KEPT_MS });
    if (workers.size === 0) this.#byBatch.delete(batchId);
    else this.#byBatch.set(batchId, workers);
  }

  of(batchId: number, now: number): readonly Item[] {
    const workers = this.#byBatch.get(batchId);
    if (workers === undefined) return [];
    for (const [workerId, { until }] of workers) if (until < now) workers.delete(workerId);
    if (workers.size === 0) this.#byBatch.delete(batchId);
    return [...workers.values()].flatMap(({ items }) => items);
  }
}

export interface TellDeps {
  readonly hands: Pick<Hands, 'running'>;
  readonly workerId: () => number;
  readonly describe: (item: RunningItem) => string;
  readonly publish: (notice: Notice) => void;
}

const MOST_TOLD = 5;
const MOST_LOOKED_AT = 100;
const MOST_TEXT = 120;
/** What has not changed is told again after so many looks, so that it is not forgotten. */
const AGAIN = 2;

/** Tells the others what runs here, when it changed, or was not told for a while. To be called each half second. */
export class TellRunning {
  readonly #deps: TellDeps;
  readonly #told = new Map<number, { text: string; looks: number }>();

  constructor(deps: TellDeps) {
    this.#deps = deps;
  }

  look(): void {
    const running = Map.groupBy(this.#deps.hands.running(null, MOST_LOOKED_AT), (item) => item.batchId);
    for (const batchId of this.#told.keys()) if (!running.has(batchId)) this.#tell(batchId, []);
    for (const [batchId, items] of running) {
      this.#tell(
        batchId,
        items.slice(0, MOST_TOLD).map((item) => ({
          id: item.id,
          description: this.#deps.describe(item).slice(0, MOST_TEXT),
          startedAt: item.startedAt,
          stage: item.stage,
        })),
      );
    }
  }

  #tell(batchId: number, items: readonly Item[]): void {
    const text = JSON.stringify(items);
    const told = this.#told.get(batchId);
    if (told !== undefined && told.text === text && told.looks < AGAIN) {
      told.looks += 1;
      return;
    }
    if (items.length === 0) this.#told.delete(batchId);
    else this.#told.set(batchId, { text, looks: 1 });
    this.#deps.publish({ kind: 'running', workerId: this.#deps.workerId(), batchId, items });
  }
}
