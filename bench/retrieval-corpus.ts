import { createHash } from 'node:crypto';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { readMarkdown } from '#adapters/reader/local/read-markdown.ts';
import { MemoryVectors } from '#adapters/vectors/memory/memory-vectors.ts';
import { PassageIndex } from '#core/documents/passage-index.ts';
import type { RetrievalDeps } from '#core/documents/retrieve-passages.ts';
import { packTerms, unpackTerms } from '#domain/chunk-terms.ts';
import { CorpusCounter } from '#domain/corpus-statistics.ts';
import type { IndexedChunk } from '#domain/document.ts';
import { textOf } from '#domain/document.ts';
import type { DocumentStore, IndexEntry } from '#ports/store/documents.ts';
import { chunksOf } from '#workloads/documents/chunk.ts';
import { loadTokenizer } from '#workloads/documents/count-tokens.ts';

export interface SampleDocument {
  readonly name: string;
  readonly markdown: string;
}

export interface Corpus {
  readonly documents: number;
  readonly chunks: number;
  readonly deps: Omit<RetrievalDeps, 'embedderOf'>;
}

/** Documents read, cut and embedded as the product does it, with a list in place of the store. */
export async function openCorpus(documents: readonly SampleDocument[]): Promise<Corpus> {
  const measures = {
    count: await loadTokenizer(),
    sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  const signal = new AbortController().signal;
  const chunks: IndexedChunk[] = [];
  for (const [i, { name, markdown }] of documents.entries()) {
    const cut = chunksOf(readMarkdown(markdown), measures);
    cut.forEach((chunk, at) =>
      chunks.push({ ...chunk, id: chunks.length + 1, documentId: i + 1, documentName: name, number: at + 1 }),
    );
  }
  const texts = chunks.map((chunk) => [...chunk.headings, textOf(chunk)].join('\n'));
  const vectors = await new LexicalEmbedder().embed(texts, signal);
  const entries = chunks.map((chunk, i) => toEntry(chunk, vectors[i] as Float32Array));
  const passages = passagesOf(chunks, entries);
  const documentsOfStore = {
    passages,
    find: async () => null,
    list: async () => ({ items: [], next: null }),
  };
  const store = { projects: { corpusVersion: async () => 1 }, documents: documentsOfStore };
  const index = new PassageIndex(passages, new MemoryVectors());
  return { documents: documents.length, chunks: chunks.length, deps: { store, index } };
}

function toEntry(chunk: IndexedChunk, vector: Float32Array): IndexEntry {
  const { documentName, documentId, number, headings } = chunk;
  const terms = packTerms({ documentName, headings, text: textOf(chunk) });
  return {
    chunkId: chunk.id,
    documentId,
    number,
    identity: String(chunk.id).padStart(16, '0'),
    terms,
    vector,
  };
}

function passagesOf(
  chunks: readonly IndexedChunk[],
  entries: readonly IndexEntry[],
): DocumentStore['passages'] {
  const counter = new CorpusCounter();
  for (const { terms } of entries)
    counter.add(unpackTerms(terms) as NonNullable<ReturnType<typeof unpackTerms>>);
  const statistics = counter.freeze(1, 1);
  return {
    load: async (_, ids) => ids.map((id) => chunks[id - 1] as IndexedChunk),
    changes: async () => ({ version: 1, isWhole: true, added: entries, removed: [], statistics, next: null }),
    chunks: async () => ({ items: [], next: null }),
  };
}
