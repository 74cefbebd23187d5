import type { Neighbour, VectorChanges, VectorScores, VectorSearch, Vectors } from '#ports/vectors.ts';
import { PackedVectors } from './packed-vectors.ts';

/** Vectors in this process's memory, scanned exactly: no recall to tune, and the same order every time. */
export class MemoryVectors implements Vectors {
  readonly #projects = new Map<number, { version: number | null; readonly vectors: PackedVectors }>();

  versionOf(projectId: number): number | null {
    return this.#projects.get(projectId)?.version ?? null;
  }

  apply(projectId: number, version: number | null, changes: VectorChanges): void {
    const project = this.#projects.get(projectId) ?? { version, vectors: new PackedVectors() };
    this.#projects.set(projectId, project);
    for (const chunkId of changes.removed) project.vectors.delete(chunkId);
    for (const entry of changes.added) project.vectors.set(entry);
    project.version = version;
  }

  async search(projectId: number, search: VectorSearch): Promise<readonly Neighbour[] | null> {
    return this.#at(projectId, search.version)?.nearest(search) ?? null;
  }

  async scores(projectId: number, request: VectorScores): Promise<readonly number[] | null> {
    const vectors = this.#at(projectId, request.version);
    return vectors === null ? null : request.chunkIds.map((id) => vectors.similarity(id, request.vector));
  }

  forget(projectId: number): void {
    this.#projects.delete(projectId);
  }

  async close(): Promise<void> {
    this.#projects.clear();
  }

  #at(projectId: number, version: number): PackedVectors | null {
    const project = this.#projects.get(projectId);
    return project?.version === version ? project.vectors : null;
  }
}
