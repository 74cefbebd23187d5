import type { ProjectStore } from '#ports/store/projects.ts';

/**
 * Reads a project's corpus version. Whoever asks gets a read that begins after asking, never one that was under
 * way before; those who ask before it begins share one.
 */
export class CorpusVersions {
  readonly #projects: Pick<ProjectStore, 'corpusVersion'>;
  readonly #soon: (run: () => void) => void;
  readonly #next = new Map<number, Promise<number>>();

  /** @param soon runs what it is given when this turn is over, or (on a busy server) when all that came in has had its own */
  constructor(
    projects: Pick<ProjectStore, 'corpusVersion'>,
    soon: (run: () => void) => void = queueMicrotask,
  ) {
    this.#projects = projects;
    this.#soon = soon;
  }

  read(projectId: number): Promise<number> {
    const shared = this.#next.get(projectId);
    if (shared !== undefined) return shared;
    const reading = new Promise<number>((resolve) => {
      this.#soon(() => {
        this.#next.delete(projectId);
        resolve(this.#projects.corpusVersion(projectId));
      });
    });
    this.#next.set(projectId, reading);
    return reading;
  }
}
