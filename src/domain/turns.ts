/** Beyond so many projects those served longest ago are forgotten: they come first anyway. */
const MOST_KEPT = 10_000;

/**
 * Who was served when, so that of projects with as much in flight the one that waits longest is next. Without it, with
 * more projects than places, the oldest of those with nothing in flight would be served again and again.
 */
export class Turns {
  readonly #servedAt = new Map<number, number>();
  #turn = 0;

  /** 0: not served yet, as far as is known. */
  servedAt(projectId: number): number {
    return this.#servedAt.get(projectId) ?? 0;
  }

  /** These were served, all in the same turn. */
  note(projectIds: Iterable<number>): void {
    this.#turn += 1;
    for (const projectId of projectIds) {
      this.#servedAt.delete(projectId);
      this.#servedAt.set(projectId, this.#turn);
    }
    for (const projectId of this.#servedAt.keys()) {
      if (this.#servedAt.size <= MOST_KEPT) return;
      this.#servedAt.delete(projectId);
    }
  }
}
