import type { Missed } from '#domain/miss.ts';

/** Different questions of a project that are remembered between two flushes: a flood of them is no list for people. */
const MOST_BETWEEN_FLUSHES = 500;

/** Questions that missed, gathered in memory between two writes. */
export class MissedQuestions {
  #byProject = new Map<number, Map<string, Missed>>();

  note(projectId: number, { key, misses, ...asked }: Missed): void {
    let noted = this.#byProject.get(projectId);
    if (noted === undefined) {
      noted = new Map();
      this.#byProject.set(projectId, noted);
    }
    const before = noted.get(key);
    if (before === undefined && noted.size >= MOST_BETWEEN_FLUSHES) return;
    noted.set(key, { key, ...asked, misses: (before?.misses ?? 0) + misses });
  }

  /** What was noted of a project so far, and is forgotten here. */
  take(projectId: number): readonly Missed[] {
    const noted = this.#byProject.get(projectId);
    this.#byProject.delete(projectId);
    return noted === undefined ? [] : [...noted.values()];
  }
}
