import type { IndexedChunk } from '#domain/document.ts';

/** Which embedder's vectors a project's index holds, and the vectors that another one makes to take its place. */
export interface EmbedderStore {
  /** null: none yet. */
  serving(projectId: number): Promise<ServingEmbedder | null>;
  /** Visible documents, after that id, with chunks that have no vector of this embedder; by ascending id. */
  lacking(projectId: number, embedder: string, page: LackingPage): Promise<readonly LackingDocument[]>;
  /** The first chunks of a document, as it is visible now, that have no vector of this embedder. */
  chunksLacking(
    projectId: number,
    documentId: number,
    embedder: string,
    limit: number,
  ): Promise<readonly IndexedChunk[]>;
  /** Keeps vectors of an embedder beside those that the chunks have. */
  putVectors(embedder: string, vectors: readonly ChunkVector[]): Promise<void>;
  /**
   * Makes it the serving one, if every visible chunk has a vector of it, and raises the corpus version, unless it is the
   * first: indexes are loaded anew, and every answer is looked at again. False, and nothing is changed, when one is lacking.
   */
  serve(projectId: number, embedder: ServingEmbedder): Promise<boolean>;
}

export interface ServingEmbedder {
  readonly name: string;
  /** How it is reached, in words of the process that opened it; never holds a key. null: it is built in. */
  readonly reach: string | null;
}

export interface LackingPage {
  readonly after: number;
  readonly limit: number;
}

export interface LackingDocument {
  readonly documentId: number;
  readonly name: string;
}

export interface ChunkVector {
  readonly chunkId: number;
  readonly vector: Float32Array;
}
