import type { LackingDocument, ServingEmbedder } from '#ports/store/embedders.ts';

/** Of a chunk `c` of a version `v` in a project `p`: its vector by the embedder that serves. */
export const VECTOR_COLUMN = `case when p.embedder = v.embedder then c.vector else coalesce(
      (select x.vector from chunk_vectors x where x.chunk_id = c.id and x.embedder = p.embedder), c.vector) end as vector`;

export function toServing(row: unknown): ServingEmbedder | null {
  const { embedder, embedder_reach: reach } = (row ?? {}) as {
    embedder?: string | null;
    embedder_reach?: string | null;
  };
  return embedder === undefined || embedder === null ? null : { name: embedder, reach: reach ?? null };
}

export function toLacking(row: Record<string, unknown>): LackingDocument {
  return { documentId: row['id'] as number, name: row['name'] as string };
}

export function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
