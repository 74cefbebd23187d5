import type { Document, IndexedChunk } from '#domain/document.ts';

/** What is visible of documents; add a `where`. */
export const VISIBLE = `
  select d.id, d.project_id, d.name, d.created_at, d.updated_at,
    d.tags, v.media_type, v.bytes, v.sha256, v.pages, v.chunks, v.tokens, v.item_id, v.published_at_version
  from documents d join document_versions v on v.id = d.version_id`;

export function toDocument(row: Record<string, unknown>): Document {
  return {
    id: row['id'] as number,
    projectId: row['project_id'] as number,
    name: row['name'] as string,
    mediaType: row['media_type'] as string,
    bytes: row['bytes'] as number,
    sha256: row['sha256'] as string,
    pages: row['pages'] as number | null,
    chunks: row['chunks'] as number,
    tokens: row['tokens'] as number,
    tags: JSON.parse(row['tags'] as string) as string[],
    itemId: row['item_id'] as number,
    createdAt: row['created_at'] as number,
    updatedAt: row['updated_at'] as number,
    publishedAtVersion: row['published_at_version'] as number,
  };
}

/** Chunks with where they stand; add a `where`. */
export const CHUNKS = `
  select c.id, c.number, c.headings, c.page, c.paragraphs, c.tokens, d.id as document_id, d.name
  from chunks c join document_versions v on v.id = c.version_id join documents d on d.id = v.document_id`;

export function toChunk(row: Record<string, unknown>): IndexedChunk {
  return {
    id: row['id'] as number,
    documentId: row['document_id'] as number,
    documentName: row['name'] as string,
    number: row['number'] as number,
    headings: JSON.parse(row['headings'] as string),
    page: row['page'] as number | null,
    paragraphs: JSON.parse(row['paragraphs'] as string),
    tokens: row['tokens'] as number,
  };
}

/** A version that left at the moment when another came was replaced; what left alone was removed. */
export const CHANGED = (ids: string) => `
  select c.version as "corpusVersion", c.document_id as "documentId", d.name,
         case when c.came = 0 then 'removed' when c.went = 0 then 'added' else 'changed' end as kind
    from (select document_id, version, sum(came) as came, sum(went) as went from (
            select document_id, published_at_version as version, 1 as came, 0 as went from document_versions
             where project_id = $1 and published_at_version > $2 and published_at_version <= $3
            union all
            select document_id, retired_at_version, 0, 1 from document_versions
             where project_id = $1 and retired_at_version > $2 and retired_at_version <= $3) as moves
           where document_id in (${ids})
           group by document_id, version) as c
    join documents d on d.id = c.document_id
   order by c.version desc, c.document_id limit $4`;
