import type { Session } from './session.ts';

/** Two on their way hide the time between a reply and the next question; more would only take connections. */
const MOST_UNDER_WAY = 2;

const READ = 'select id, corpus_version, cache_version, settings_version from projects where id = any($1)';

export interface Versions {
  readonly corpusVersion: number;
  readonly cacheVersion: number;
  readonly settingsVersion: number;
}

const NONE: Versions = { corpusVersion: 0, cacheVersion: 0, settingsVersion: 0 };

interface Batch {
  readonly projectIds: Set<number>;
  readonly versions: Promise<ReadonlyMap<number, Versions>>;
  readonly begin: () => void;
}

/**
 * Versions of projects, read anew for every hit: whoever asks gets a read that begins after asking. All who ask while two
 * reads are on their way share the next, of whatever projects they are.
 */
export class CorpusReads {
  readonly #session: Session;
  #next: Batch | null = null;
  #underWay = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  async read(projectId: number): Promise<Versions> {
    this.#next ??= this.#gather();
    this.#next.projectIds.add(projectId);
    return (await this.#next.versions).get(projectId) ?? NONE;
  }

  #gather(): Batch {
    const projectIds = new Set<number>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const versions = begun.then(() => this.#run([...projectIds]));
    queueMicrotask(() => this.#pump());
    return { projectIds, versions, begin };
  }

  #pump(): void {
    if (this.#next === null || this.#underWay === MOST_UNDER_WAY) return;
    this.#underWay += 1;
    this.#next.begin();
    // Later callers need a read that begins later.
    this.#next = null;
  }

  async #run(projectIds: readonly number[]): Promise<ReadonlyMap<number, Versions>> {
    try {
      const rows = await this.#session.all(READ, [projectIds]);
      return new Map(rows.map((row) => [row['id'] as number, versionsOf(row)]));
    } finally {
      this.#underWay -= 1;
      this.#pump();
    }
  }
}

function versionsOf(row: Record<string, unknown>): Versions {
  return {
    corpusVersion: row['corpus_version'] as number,
    cacheVersion: row['cache_version'] as number,
    settingsVersion: row['settings_version'] as number,
  };
}
