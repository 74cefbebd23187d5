import { createHash } from 'node:crypto';
import { packTerms } from '#domain/chunk-terms.ts';
import type { Chunk } from '#domain/document.ts';
import { textOf } from '#domain/document.ts';

/** The words of a chunk, packed for its row. */
export function packedTermsOf(
  documentName: string,
  chunk: Pick<Chunk, 'headings' | 'paragraphs'>,
): Uint8Array {
  return packTerms({ documentName, headings: chunk.headings, text: textOf(chunk) });
}

/** 16 hex digits: chunks of the same headings and text have the same. */
export function identityOf(chunk: Pick<Chunk, 'headings' | 'paragraphs'>): string {
  const whole = JSON.stringify([chunk.headings, chunk.paragraphs.map(({ hash, text }) => [hash, text])]);
  return createHash('sha256').update(whole).digest('hex').slice(0, 16);
}

/** A row with the columns that its words can be had from. */
export interface TermRow {
  readonly terms: Uint8Array | null;
  readonly identity: string | null;
  readonly name: string;
  readonly headings: string | null;
  readonly paragraphs: string | null;
}

/** The words and the identity of a row, made anew where the row has none that are of today's form. */
export function readTermRow(row: TermRow): { readonly terms: Uint8Array; readonly identity: string } {
  if (row.headings === null || row.paragraphs === null)
    return { terms: row.terms as Uint8Array, identity: row.identity as string };
  const chunk = {
    headings: JSON.parse(row.headings) as string[],
    paragraphs: JSON.parse(row.paragraphs) as Chunk['paragraphs'],
  };
  return { terms: packedTermsOf(row.name, chunk), identity: identityOf(chunk) };
}
