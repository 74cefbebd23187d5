/**
 * The vector index of the published chunks, by project. It is fed by core and holds no truth: a process whose
 * index stands at an older corpus version catches up before it searches.
 */
export interface Vectors {
  /** The corpus version the project's index stands at; null when nothing was loaded yet, or not all. */
  versionOf(projectId: number): number | null;

  /** Brings the project's index to `version`; null when more is to come before it stands anywhere. */
  apply(projectId: number, version: number | null, changes: VectorChanges): void;

  /**
   * The nearest chunks, best first; equal scores by ascending chunk id. Exact: nothing nearer is left out. Null
   * when the index does not stand at the version asked for.
   */
  search(projectId: number, search: VectorSearch): Promise<readonly Neighbour[] | null>;

  /** Cosine similarity of each of the chunks, the very number that `search` gives; 0 for one that is not there. */
  scores(projectId: number, request: VectorScores): Promise<readonly number[] | null>;

  forget(projectId: number): void;

  close(): Promise<void>;
}

export interface VectorChanges {
  readonly added: readonly VectorEntry[];
  readonly removed: readonly number[];
}

export interface VectorEntry {
  readonly chunkId: number;
  readonly documentId: number;
  /** Of length 1, or zero for a text without any word. */
  readonly vector: Float32Array;
}

export interface VectorSearch {
  readonly version: number;
  readonly vector: Float32Array;
  readonly limit: number;
  /** Only chunks of these. */
  readonly documents?: ReadonlySet<number>;
}

export interface VectorScores {
  readonly version: number;
  readonly vector: Float32Array;
  readonly chunkIds: readonly number[];
}

export interface Neighbour {
  readonly chunkId: number;
  /** Cosine similarity. */
  readonly score: number;
}
