import type { DatabaseSync } from 'node:sqlite';
import type { DocumentChange, DocumentStore } from '#ports/store/documents.ts';
import { pageOf, readCursor } from '../../sql/cursor.ts';
import { vectorsFor } from '../../sql/known-vectors.ts';
import { identityOf } from '../../sql/term-rows.ts';
import { CHANGED, toDocument, VISIBLE } from '../../sql/document-rows.ts';

/** Reads of what is visible. */
export function documentReads(
  db: DatabaseSync,
): Pick<DocumentStore, 'find' | 'findBy' | 'list' | 'changed' | 'knownVectors'> {
  const byId = db.prepare(`${VISIBLE} where d.id = ? and d.project_id = ?`);
  const byName = db.prepare(`${VISIBLE} where d.project_id = ? and d.name = ?`);
  const byContent = db.prepare(`
    ${VISIBLE} where v.project_id = ? and v.sha256 = ? and v.status = 'published' order by d.id limit 1`);
  const answers = db.prepare('select count(*) as answers from answer_documents where document_id = ?');
  const list = db.prepare(`
    ${VISIBLE} where d.project_id = :projectId and d.id < :before
      and (:text is null or instr(lower(d.name), lower(:text)) > 0)
      and (:tag is null or d.id in (select document_id from document_tags where project_id = :projectId and tag = :tag))
    order by d.id desc limit :limit`);

  const changed = db.prepare(CHANGED('select value from json_each($5)'));
  // Cross joins, since they fix the order: without statistics SQLite would go through all chunks of the project.
  const known = db.prepare(`
    select c.identity, c.vector from chunks c cross join document_versions v on v.id = c.version_id
    where c.identity in (select value from json_each(:identities)) and v.project_id = :projectId
      and v.embedder = :embedder
    union all
    select c.identity, x.vector from chunks c cross join document_versions v on v.id = c.version_id
      cross join chunk_vectors x on x.chunk_id = c.id and x.embedder = :embedder
    where c.identity in (select value from json_each(:identities)) and v.project_id = :projectId`);

  return {
    async knownVectors(projectId, embedder, chunks) {
      const identities = chunks.map(identityOf);
      const rows = known.all({ identities: JSON.stringify(identities), projectId, embedder });
      return vectorsFor(identities, rows);
    },
    async find(projectId, documentId) {
      const row = byId.get(documentId, projectId);
      if (row === undefined) return null;
      const counted = answers.get(documentId) as { answers: number };
      return { ...toDocument(row), answers: counted.answers };
    },
    async findBy(projectId, what) {
      const row = 'name' in what ? byName.get(projectId, what.name) : byContent.get(projectId, what.sha256);
      return row === undefined ? null : toDocument(row);
    },
    async changed(projectId, { documentIds, after, upTo, limit }) {
      const rows = changed.all({
        $1: projectId,
        $2: after,
        $3: upTo,
        $4: limit,
        $5: JSON.stringify(documentIds),
      });
      return rows.map((row) => ({ ...row })) as unknown as DocumentChange[];
    },
    async list(projectId, filter, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const { text = null, tag = null } = filter;
      const rows = list.all({ projectId, before, text, tag, limit: page.limit + 1 });
      return pageOf(rows.map(toDocument), page.limit, (document) => document.id);
    },
  };
}
