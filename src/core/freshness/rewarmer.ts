import type { Project } from '#domain/project.ts';
import type { MissGroups } from '../answers/miss-groups.ts';
import { recheckSuspects } from './recheck-suspects.ts';
import type { RecheckDeps } from './recheck-suspects.ts';
import { rewarmProject } from './rewarm-project.ts';
import type { RewarmDeps, Tried } from './rewarm-project.ts';

/** Documents change in rows: what they leave behind is looked at once they have rested for so long. */
const QUIET_MS = 5_000;
/** Documents that never rest do not put it off for ever. */
const MOST_MS = 60_000;
/** Without any change: answers come near their end. */
const LOOK_MS = 60_000;

interface Seen {
  readonly version: number;
  readonly changedAt: number;
  /** The first change that nobody has looked at; null: none. */
  readonly waitingSince: number | null;
  readonly nextAt: number;
}

export interface RewarmerDeps extends RewarmDeps, RecheckDeps {
  readonly store: RewarmDeps['store'] & RecheckDeps['store'];
  readonly groups: Pick<MissGroups, 'group'>;
}

/**
 * Decides when a project is looked at, by its changes of documents and by the clock: what they may have touched is tested
 * in any case, and made again where there is a budget.
 */
export class Rewarmer {
  readonly #deps: RewarmerDeps;
  readonly #seen = new Map<number, Seen>();
  readonly #tried: Tried = new Map();

  constructor(deps: RewarmerDeps) {
    this.#deps = deps;
  }

  /** To be called every few seconds. One project that cannot be looked at does not hold up the others. */
  async look(signal: AbortSignal): Promise<void> {
    for (const project of await this.#deps.store.projects.list()) {
      signal.throwIfAborted();
      const now = this.#deps.clock();
      const seen = this.#note(project, now);
      if (isTime(seen, now)) await this.#rewarm(project, seen, signal);
    }
  }

  #note({ id, corpusVersion }: Project, now: number): Seen {
    const before = this.#seen.get(id);
    if (before?.version === corpusVersion) return before;
    const waitingSince = before?.waitingSince ?? now;
    const seen = { version: corpusVersion, changedAt: now, waitingSince, nextAt: before?.nextAt ?? now };
    this.#seen.set(id, seen);
    return seen;
  }

  async #rewarm(project: Project, seen: Seen, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    try {
      // Another embedder may have other opinions.
      await this.#deps.groups.group(project.id, signal);
      const isTested = await recheckSuspects(this.#deps, project, signal);
      const outcome = await rewarmProject(this.#deps, project, this.#tried);
      const isDone = isTested && outcome !== 'busy' && outcome !== 'more';
      const waitingSince = isDone ? null : seen.waitingSince;
      this.#seen.set(project.id, { ...seen, waitingSince, nextAt: clock() + LOOK_MS });
    } catch (error) {
      signal.throwIfAborted();
      this.#seen.set(project.id, { ...seen, nextAt: clock() + LOOK_MS, waitingSince: null });
      log('warn', 'rewarm_failed', { project: project.id, why: String(error) });
    }
  }
}

function isTime({ changedAt, waitingSince, nextAt }: Seen, now: number): boolean {
  if (waitingSince === null) return now >= nextAt;
  return now - changedAt >= QUIET_MS || now - waitingSince >= MOST_MS;
}
