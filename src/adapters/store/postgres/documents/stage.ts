import type { StagedVersion } from '#domain/effect.ts';
import type { StagedChunk } from '#ports/store/documents.ts';
import { versionGone } from '../../sql/version-gone.ts';
import { identityOf, packedTermsOf } from '../../sql/term-rows.ts';
import type { Session } from '../session.ts';

const STAGE = `
  with document as (
         insert into documents (project_id, name, created_at, updated_at) values ($1, $2, $7, $7)
         on conflict (project_id, name) do update set updated_at = documents.updated_at returning id)
  insert into document_versions (document_id, project_id, status, media_type, bytes, sha256, pages, created_at,
    item_id, embedder, tags)
  select id, $1, 'staged', $3, $4, $5, $6, $7, $8, $9, $10 from document returning id`;

const GROW = `
  update document_versions set chunks = chunks + $2, tokens = tokens + $3
   where id = $1 and status = 'staged'
  returning chunks, (select name from documents where id = document_id) as name`;

/** Vectors and words come as one run of bytes each; a chunk knows where its own begin and how long they are. */
const INSERT = `
  insert into chunks (version_id, number, headings, page, paragraphs, tokens, vector, terms, identity)
  select $1, n + $2, headings, page, paragraphs, tokens, substring($3::bytea from first for length),
         substring($4::bytea from first_term for terms_length), identity
    from unnest($5::text[], $6::int[], $7::text[], $8::int[], $9::int[], $10::int[], $11::int[], $12::int[], $13::text[])
           with ordinality
           as c(headings, page, paragraphs, tokens, first, length, first_term, terms_length, identity, n)`;

/** Writes versions that nobody sees yet. */
export function stagingWrites(session: Session) {
  return {
    async stage(projectId: number, document: StagedVersion['document'], now: number): Promise<number> {
      const { name, mediaType, bytes, sha256, pages, itemId, embedder } = document;
      const tags = document.tags === null ? null : JSON.stringify(document.tags);
      const row = [projectId, name, mediaType, bytes, sha256, pages, now, itemId, embedder, tags];
      return (await session.first(STAGE, row))?.['id'] as number;
    },

    async stageChunks(versionId: number, chunks: readonly StagedChunk[]): Promise<void> {
      const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
      await session.transaction(async (tx) => {
        const version = await tx.first(GROW, [versionId, chunks.length, tokens]);
        if (version === undefined) throw versionGone(versionId);
        const before = (version['chunks'] as number) - chunks.length;
        await tx.run(INSERT, [versionId, before, ...columnsOf(version['name'] as string, chunks)]);
      });
    },
  };
}

function columnsOf(documentName: string, chunks: readonly StagedChunk[]): unknown[] {
  const vectors = joined(
    chunks.map(
      ({ vector: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer, byteOffset, byteLength),
    ),
  );
  const terms = joined(chunks.map((chunk) => packedTermsOf(documentName, chunk)));
  return [
    vectors.bytes,
    terms.bytes,
    chunks.map((chunk) => JSON.stringify(chunk.headings)),
    chunks.map((chunk) => chunk.page),
    chunks.map((chunk) => JSON.stringify(chunk.paragraphs)),
    chunks.map((chunk) => chunk.tokens),
    vectors.firsts,
    vectors.lengths,
    terms.firsts,
    terms.lengths,
    chunks.map(identityOf),
  ];
}

/** Places count from 1, as `substring` does. */
function joined(parts: readonly Uint8Array[]): { bytes: Buffer; firsts: number[]; lengths: number[] } {
  let next = 1;
  const firsts = parts.map(({ byteLength }) => {
    next += byteLength;
    return next - byteLength;
  });
  return { bytes: Buffer.concat(parts), firsts, lengths: parts.map(({ byteLength }) => byteLength) };
}
