import type { Chunk } from '#domain/document.ts';
import { searchedTextOf } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import type { Embedder, EmbedSpending } from '#ports/model.ts';
import type { DocumentStore, StagedChunk } from '#ports/store/documents.ts';

/** Chunks that are embedded and written at once. */
export const EMBEDDED_AT_ONCE = 100;

/** Gives chunks their vectors, in the order in which they came. */
export interface ChunkEmbedder {
  /** The model that makes them. */
  readonly name: string;
  embed(projectId: number, chunks: readonly Chunk[], embedding: Embedding): Promise<StagedChunk[]>;
}

export interface Embedding {
  readonly signal: AbortSignal;
  /** Is added to by what the model took. */
  readonly spending: EmbedSpending;
}

/** The embedder of each project's index. */
export type ChunkEmbedders = (projectId: number) => Promise<ChunkEmbedder>;

export interface ChunkEmbedderParts {
  readonly embedderOf: (projectId: number) => Promise<Embedder>;
  readonly documents: Pick<DocumentStore, 'knownVectors'>;
  /** Groups that are embedded at once, over all files. */
  readonly concurrency: number;
  /** How long one group may take. */
  readonly timeoutMs: number;
}

/** Embeds groups of chunks; those whose text a version holds already keep the vectors that they have. */
export function chunkEmbedders(parts: ChunkEmbedderParts): ChunkEmbedders {
  const places = new Places(parts.concurrency);
  return async (projectId) => chunkEmbedder(parts, await parts.embedderOf(projectId), places);
}

function chunkEmbedder(parts: ChunkEmbedderParts, embedder: Embedder, places: Places): ChunkEmbedder {
  const { documents } = parts;
  return {
    name: embedder.name,
    async embed(projectId, chunks, { signal, spending }) {
      const known = await documents.knownVectors(projectId, embedder.name, chunks);
      const fresh = chunks.filter((_, index) => known[index] === null);
      const made =
        fresh.length === 0
          ? []
          : await places.run(signal, () =>
              embedAll(embedder, fresh, { signal, spending, timeoutMs: parts.timeoutMs }),
            );
      let next = 0;
      return chunks.map((chunk, index) => {
        const vector = known[index] ?? made[next++];
        if (vector === undefined) throw tooFew(embedder.name, made.length, fresh.length);
        return { ...chunk, vector };
      });
    },
  };
}

async function embedAll(
  embedder: Embedder,
  chunks: readonly Chunk[],
  { signal, spending, timeoutMs }: Embedding & { readonly timeoutMs: number },
): Promise<readonly Float32Array[]> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const until = AbortSignal.any([signal, late]);
    return await embedder.embed(chunks.map(searchedTextOf), until, { spending });
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    const message = `${embedder.name} took longer than ${timeoutMs / 1_000} seconds for ${chunks.length} chunks.`;
    throw new Fault('unavailable', 'embedding_timed_out', message, { cause: error });
  }
}

function tooFew(name: string, given: number, asked: number): Fault {
  return new Fault('unavailable', 'embedder_failed', `${name} gave ${given} vectors for ${asked} texts.`);
}

/** So many at once; the others wait, first come, first served. */
class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
