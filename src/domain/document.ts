/** A file that answers may rest on. Times are epoch milliseconds, sizes bytes. */
export interface Document {
  readonly id: number;
  readonly projectId: number;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
  readonly pages: number | null;
  readonly chunks: number;
  readonly tokens: number;
  readonly tags: readonly string[];
  /** The item that brought this content; 0: not known. */
  readonly itemId: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The project's corpus version at which this content became visible. */
  readonly publishedAtVersion: number;
}

/** What a reader makes of a file: headings and paragraphs in reading order, white space tidied. */
export interface Block {
  readonly kind: 'heading' | 'paragraph';
  readonly text: string;
  /** 1 to 6, for headings. */
  readonly level?: number;
  /** From 1, for paged formats. */
  readonly page?: number;
}

/** The provenance unit: what an answer's evidence points at. */
export interface Paragraph {
  /** 16 hex digits of the text's hash: the same text has the same hash wherever it stands. */
  readonly hash: string;
  readonly text: string;
}

/** The retrieval unit: whole paragraphs, about 500 tokens, never across a heading. */
export interface Chunk {
  /** Titles from the document's top down to where the chunk stands. */
  readonly headings: readonly string[];
  readonly page: number | null;
  readonly paragraphs: readonly Paragraph[];
  readonly tokens: number;
}

/** A chunk as the index holds it. */
export interface IndexedChunk extends Chunk {
  readonly id: number;
  readonly documentId: number;
  readonly documentName: string;
  /** Its place in the document, from 1. */
  readonly number: number;
}

/** A chunk that retrieval picked for a question, or a few that stand side by side and were joined. */
export interface Passage extends Omit<IndexedChunk, 'number'> {
  /** Fused score; comparable within one retrieval only. */
  readonly score: number;
  /** What its words gave of that; the rest came from its vector. Absent: not told. */
  readonly words?: number;
}

/** The text of a chunk as it is searched and shown. */
export function textOf(chunk: Pick<Chunk, 'paragraphs'>): string {
  return chunk.paragraphs.map((paragraph) => paragraph.text).join('\n\n');
}

/** What is embedded of a chunk. Two lines under "Parking" do not say parking: the headings are part of what is found. */
export function searchedTextOf(chunk: Pick<Chunk, 'headings' | 'paragraphs'>): string {
  return [...chunk.headings, textOf(chunk)].join('\n');
}
