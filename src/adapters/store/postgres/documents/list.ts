import type { DocumentChange, DocumentName, DocumentStore } from '#ports/store/documents.ts';
import { pageOf, readCursor } from '../../sql/cursor.ts';
import { vectorsFor } from '../../sql/known-vectors.ts';
import { identityOf } from '../../sql/term-rows.ts';
import { CHANGED, toDocument, VISIBLE } from '../../sql/document-rows.ts';
import type { Session } from '../session.ts';

const BY_ID = `${VISIBLE} where d.id = $1 and d.project_id = $2`;
const BY_NAME = `${VISIBLE} where d.project_id = $1 and d.name = $2`;
const BY_CONTENT = `
  ${VISIBLE} where v.project_id = $1 and v.sha256 = $2 and v.status = 'published' order by d.id limit 1`;
const ANSWERS = 'select count(*) as answers from answer_documents where document_id = $1';
const LIST = `
  ${VISIBLE} where d.project_id = $1 and d.id < $2 and ($3::text is null or strpos(lower(d.name), lower($3)) > 0)
    and ($5::text is null or d.id in (select document_id from document_tags where project_id = $1 and tag = $5))
  order by d.id desc limit $4`;

const KNOWN = `
  select c.identity, c.vector from chunks c join document_versions v on v.id = c.version_id
   where c.identity = any($1::text[]) and v.project_id = $2 and v.embedder = $3
  union all
  select c.identity, x.vector from chunks c join document_versions v on v.id = c.version_id
    join chunk_vectors x on x.chunk_id = c.id and x.embedder = $3
   where c.identity = any($1::text[]) and v.project_id = $2`;

const MANIFEST = `
  select d.id, d.name, v.sha256 from documents d join document_versions v on v.id = d.version_id
   where d.project_id = $1 and d.id > $2 and starts_with(d.name, $3) order by d.id limit $4`;

const HOLDING = `
  select d.id, d.name, v.sha256 from document_versions v join documents d on d.version_id = v.id
   where v.project_id = $1 and v.status = 'published' and v.sha256 = any($2::text[]) order by d.id`;

/** Reads of what is visible. */
export function documentReads(
  session: Session,
  scans: Session,
): Pick<DocumentStore, 'find' | 'findBy' | 'list' | 'manifest' | 'holding' | 'changed' | 'knownVectors'> {
  return {
    async knownVectors(projectId, embedder, chunks) {
      const identities = chunks.map(identityOf);
      return vectorsFor(identities, await session.all(KNOWN, [identities, projectId, embedder]));
    },
    async find(projectId, documentId) {
      const row = await session.first(BY_ID, [documentId, projectId]);
      if (row === undefined) return null;
      const counted = (await session.first(ANSWERS, [documentId])) as { answers: number };
      return { ...toDocument(row), answers: counted.answers };
    },
    async findBy(projectId, what) {
      const [sql, value] = 'name' in what ? [BY_NAME, what.name] : [BY_CONTENT, what.sha256];
      const row = await session.first(sql, [projectId, value]);
      return row === undefined ? null : toDocument(row);
    },
    async list(projectId, filter, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const { text = null, tag = null } = filter;
      const rows = await scans.all(LIST, [projectId, before, text, page.limit + 1, tag]);
      return pageOf(rows.map(toDocument), page.limit, (document) => document.id);
    },
    async changed(projectId, { documentIds, after, upTo, limit }) {
      const sql = CHANGED('select unnest($5::bigint[])');
      const rows = await scans.all(sql, [projectId, after, upTo, limit, documentIds]);
      return rows as unknown as DocumentChange[];
    },
    async manifest(projectId, { prefix, after, limit }) {
      return (await scans.all(MANIFEST, [projectId, after, prefix, limit])) as unknown as DocumentName[];
    },
    async holding(projectId, sha256s) {
      return (await scans.all(HOLDING, [projectId, sha256s])) as unknown as DocumentName[];
    },
  };
}
