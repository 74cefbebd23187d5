import type { FoundPassage } from '#core/documents/search-passages.ts';
import { type Document, type IndexedChunk, textOf } from '#domain/document.ts';
import { showId } from '#domain/ids.ts';
import type * as wire from '#wire/index.ts';
import { iso } from './value.ts';

export function presentDocument(document: Document): wire.Document {
  return {
    id: showId('document', document.id),
    name: document.name,
    mediaType: document.mediaType,
    bytes: document.bytes,
    sha256: document.sha256,
    pages: document.pages,
    chunks: document.chunks,
    tokens: document.tokens,
    tags: [...document.tags],
    itemId: document.itemId === 0 ? null : showId('item', document.itemId),
    createdAt: iso(document.createdAt),
    updatedAt: iso(document.updatedAt),
    publishedAtVersion: document.publishedAtVersion,
  };
}

export function presentChunk(chunk: Omit<IndexedChunk, 'number'>): wire.Chunk {
  return {
    id: showId('chunk', chunk.id),
    documentId: showId('document', chunk.documentId),
    document: chunk.documentName,
    headings: [...chunk.headings],
    page: chunk.page,
    tokens: chunk.tokens,
    text: textOf(chunk),
    paragraphs: chunk.paragraphs.map((paragraph) => paragraph.hash),
  };
}

export function presentPassage(passage: FoundPassage): wire.Passage {
  const { score, words = 0, matches } = passage;
  const scores = { words, vectors: score - words };
  return { ...presentChunk(passage), score, scores, matches: [...matches] };
}
