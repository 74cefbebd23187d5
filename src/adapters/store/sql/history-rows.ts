import type { CorpusStatistics } from '#domain/corpus-statistics.ts';
import type { IndexEntry, IndexHistory } from '#ports/store/documents.ts';
import { readTermRow } from './term-rows.ts';
import type { TermRow } from './term-rows.ts';

/** A page of entries, of rows that were read up to the limit. */
export function toPage(
  rows: readonly Record<string, unknown>[],
  limit: number,
): Pick<IndexHistory, 'added' | 'next'> {
  return { added: rows.map(toEntry), next: rows.length < limit ? null : (rows.at(-1)?.['id'] as number) };
}

export function toEntry(row: Record<string, unknown>): IndexEntry {
  const vector = row['vector'] as Uint8Array;
  return {
    chunkId: row['id'] as number,
    documentId: row['document_id'] as number,
    number: row['number'] as number,
    // Copied: a Float32Array must begin at a multiple of four, which a view of the row need not.
    vector: new Float32Array(Uint8Array.from(vector).buffer),
    ...readTermRow(row as unknown as TermRow),
  };
}

/** A row of `corpus_epochs`. */
export function toStatistics(row: Record<string, unknown>): CorpusStatistics {
  return {
    epoch: row['epoch'] as number,
    corpusVersion: row['corpus_version'] as number,
    chunks: row['chunks'] as number,
    averageLength: row['average_length'] as number,
    frequencies: row['frequencies'] as Uint8Array,
  };
}
