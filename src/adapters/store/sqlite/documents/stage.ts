import type { DatabaseSync } from 'node:sqlite';
import type { StagedVersion } from '#domain/effect.ts';
import type { StagedChunk } from '#ports/store/documents.ts';
import { versionGone } from '../../sql/version-gone.ts';
import { identityOf, packedTermsOf } from '../../sql/term-rows.ts';

/** Writes versions that nobody sees yet. */
export function stagingWrites(db: DatabaseSync) {
  const ensure = db.prepare(`
    insert into documents (project_id, name, created_at, updated_at) values (:projectId, :name, :now, :now)
    on conflict (project_id, name) do update set updated_at = updated_at returning id`);
  const open = db.prepare(`
    insert into document_versions (document_id, project_id, status, media_type, bytes, sha256, pages, created_at,
      item_id, embedder, tags)
    values (?, ?, 'staged', ?, ?, ?, ?, ?, ?, ?, ?)`);
  const grow = db.prepare(`
    update document_versions set chunks = chunks + :chunks, tokens = tokens + :tokens
    where id = :versionId and status = 'staged' returning document_id, chunks`);
  const nameOf = db.prepare('select name from documents where id = ?');
  const insert = db.prepare(`
    insert into chunks (version_id, number, headings, page, paragraphs, tokens, vector, terms, identity)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)`);

  return {
    stage(projectId: number, document: StagedVersion['document'], now: number): number {
      const { name, mediaType, bytes, sha256, pages, itemId, embedder } = document;
      const tags = document.tags === null ? null : JSON.stringify(document.tags);
      const { id } = ensure.get({ projectId, name, now }) as { id: number };
      const row = [id, projectId, mediaType, bytes, sha256, pages, now, itemId, embedder, tags];
      return Number(open.run(...row).lastInsertRowid);
    },

    stageChunks(versionId: number, chunks: readonly StagedChunk[]): void {
      const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
      const version = grow.get({ versionId, chunks: chunks.length, tokens });
      if (version === undefined) throw versionGone(versionId);
      const { document_id: documentId, chunks: total } = version as { document_id: number; chunks: number };
      const { name } = nameOf.get(documentId) as { name: string };
      let number = total - chunks.length;
      for (const chunk of chunks) {
        number += 1;
        insert.run(versionId, number, ...toRow(chunk), packedTermsOf(name, chunk), identityOf(chunk));
      }
    },
  };
}

function toRow(chunk: StagedChunk): [string, number | null, string, number, Uint8Array] {
  const { buffer, byteOffset, byteLength } = chunk.vector;
  return [
    JSON.stringify(chunk.headings),
    chunk.page,
    JSON.stringify(chunk.paragraphs),
    chunk.tokens,
    new Uint8Array(buffer, byteOffset, byteLength),
  ];
}
