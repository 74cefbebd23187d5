import type { MessagePort } from 'node:worker_threads';
import type { Embedder } from '#ports/model.ts';

export interface EmbedRequest {
  readonly id: number;
  readonly texts: readonly string[];
}

export type EmbedReply =
  /** Vectors of equal length, one after the other. */
  | { readonly id: number; readonly packed: Float32Array<ArrayBuffer>; readonly count: number }
  | { readonly id: number; readonly why: string };

/** The thread's side: embeds what comes in, one request after the other. */
export function serveEmbedder(port: MessagePort, embedder: Embedder): void {
  const never = new AbortController().signal;
  port.on('message', ({ id, texts }: EmbedRequest) => {
    embedder.embed(texts, never).then(
      (vectors) => {
        const packed = pack(vectors);
        port.postMessage({ id, packed, count: vectors.length } satisfies EmbedReply, [packed.buffer]);
      },
      (error: unknown) => port.postMessage({ id, why: String(error) } satisfies EmbedReply),
    );
  });
}

function pack(vectors: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const dimensions = vectors[0]?.length ?? 0;
  const packed = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, i) => packed.set(vector, i * dimensions));
  return packed;
}
