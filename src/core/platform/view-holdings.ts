import { capOf } from '#domain/caps.ts';
import type { CapName } from '#domain/caps.ts';
import type { Project } from '#domain/project.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

export interface HoldingDeps {
  readonly store: Pick<Store, 'batches' | 'holdings' | 'projects'>;
  readonly clock: Clock;
  readonly standard: Readonly<Record<CapName, number>>;
  /** In the tier that processes share; null: any amount, or not known now. */
  readonly shared: (projectId: number) => Promise<Pick<Held, 'held' | 'cap'> | null>;
}

/** What a project holds of one thing, and how much it may. */
export interface Held {
  readonly name: CapName | 'sharedBytes';
  readonly held: number;
  /** null: any amount. */
  readonly cap: number | null;
}

type Holding = Awaited<ReturnType<Store['holdings']['of']>>;

const NOTHING_ADDED_UP: Holding = { cachedBytes: 0, documents: 0, answers: 0, turns: 0 };

/** Adding up a large cache takes a while, and is looked at by people. */
const KEPT_MS = 10_000;

/** Tells what projects hold. */
export class HoldingViews {
  readonly #deps: HoldingDeps;
  readonly #kept = new Map<
    number,
    { readonly until: number; readonly held: ReturnType<Store['holdings']['of']> }
  >();

  constructor(deps: HoldingDeps) {
    this.#deps = deps;
  }

  /** What has a cap. Where neither answers nor documents have one, nothing is added up. */
  async capped(project: Project): Promise<readonly Held[]> {
    const [kept, shared] = await Promise.all([this.#cappedInStore(project), this.#shared(project.id)]);
    return [...kept, ...shared];
  }

  async of({ id }: Project): Promise<readonly Held[]> {
    const [kept, shared] = await Promise.all([this.#view(id, this.#held(id)), this.#shared(id)]);
    return [...kept, ...shared];
  }

  async #cappedInStore(project: Project): Promise<readonly Held[]> {
    const { settings } = await this.#deps.store.projects.settings(project.id);
    const isCapped = (name: CapName): boolean => capOf(settings.caps, this.#deps.standard, name) !== null;
    const names: readonly CapName[] = ['pending', 'concurrency', 'cachedBytes', 'documents'];
    if (!names.some(isCapped)) return [];
    const isHeldCapped = isCapped('cachedBytes') || isCapped('documents');
    const all = await this.#view(project.id, isHeldCapped ? this.#held(project.id) : NOTHING_ADDED_UP);
    return all.filter(({ cap }) => cap !== null);
  }

  async #shared(projectId: number): Promise<readonly Held[]> {
    const room = await this.#deps.shared(projectId);
    return room === null ? [] : [{ name: 'sharedBytes', ...room }];
  }

  async #view(id: number, holding: Holding | Promise<Holding>): Promise<readonly Held[]> {
    const { store, standard } = this.#deps;
    const [{ settings }, queue, held] = await Promise.all([
      store.projects.settings(id),
      store.batches.totals(id),
      holding,
    ]);
    const one = (name: CapName, amount: number): Held => ({
      name,
      held: amount,
      cap: capOf(settings.caps, standard, name),
    });
    return [
      one('pending', queue.pending),
      one('concurrency', queue.processing),
      one('cachedBytes', held.cachedBytes),
      one('documents', held.documents),
    ];
  }

  #held(projectId: number): ReturnType<Store['holdings']['of']> {
    const { store, clock } = this.#deps;
    const kept = this.#kept.get(projectId);
    if (kept !== undefined && kept.until > clock()) return kept.held;
    const held = store.holdings.of(projectId);
    this.#kept.set(projectId, { until: clock() + KEPT_MS, held });
    held.catch(() => this.#kept.delete(projectId));
    return held;
  }
}
