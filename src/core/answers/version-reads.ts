import type { ProjectStore, ProjectVersions } from '#ports/store/projects.ts';

/**
 * Reads the versions of a project's documents and settings. Whoever asks gets a read that begins after asking, never one that was under
 * way before; those who ask before it begins share one.
 */
export class VersionReads {
  readonly #projects: Pick<ProjectStore, 'versions'>;
  readonly #soon: (run: () => void) => void;
  readonly #next = new Map<number, Promise<ProjectVersions>>();

  /** @param soon runs what it is given when this turn is over, or (on a busy server) when all that came in has had its own */
  constructor(projects: Pick<ProjectStore, 'versions'>, soon: (run: () => void) => void = queueMicrotask) {
    this.#projects = projects;
    this.#soon = soon;
  }

  read(projectId: number): Promise<ProjectVersions> {
    const shared = this.#next.get(projectId);
    if (shared !== undefined) return shared;
    const reading = new Promise<ProjectVersions>((resolve) => {
      this.#soon(() => {
        this.#next.delete(projectId);
        resolve(this.#projects.versions(projectId));
      });
    });
    this.#next.set(projectId, reading);
    return reading;
  }
}
