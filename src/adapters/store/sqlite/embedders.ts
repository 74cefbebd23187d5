import type { DatabaseSync } from 'node:sqlite';
import type { ChunkVector, EmbedderStore, ServingEmbedder } from '#ports/store/embedders.ts';
import { CHUNKS, toChunk } from '../sql/document-rows.ts';
import { bytesOf, toLacking, toServing } from '../sql/embedder-rows.ts';
import type { Remote } from './remote.ts';

/** Of a chunk `c` of a version `v`: no vector of the embedder is there. */
const LACKS = `v.embedder <> :embedder
  and not exists (select 1 from chunk_vectors x where x.chunk_id = c.id and x.embedder = :embedder)`;

export function embedderWrites(db: DatabaseSync) {
  const put = db.prepare(
    `insert into chunk_vectors (chunk_id, embedder, vector) select id, ?, ? from chunks where id = ?
      on conflict do nothing`,
  );
  const serving = db.prepare('select embedder, embedder_reach from projects where id = ?');
  const lacking = db.prepare(`
    select 1 from document_versions v join chunks c on c.version_id = v.id
    where v.project_id = :projectId and v.status = 'published' and ${LACKS} limit 1`);
  const reach = db.prepare('update projects set embedder_reach = ? where id = ?');
  const serve = db.prepare(`
    update projects set embedder = ?, embedder_reach = ?, corpus_version = corpus_version + (embedder is not null),
      embedder_at_version = corpus_version + (embedder is not null) where id = ?`);
  return {
    putVectors(embedder: string, vectors: readonly ChunkVector[]): void {
      for (const { chunkId, vector } of vectors) put.run(embedder, bytesOf(vector), chunkId);
    },
    serve(projectId: number, embedder: ServingEmbedder): boolean {
      if (toServing(serving.get(projectId))?.name === embedder.name) {
        reach.run(embedder.reach, projectId);
        return true;
      }
      if (lacking.get({ projectId, embedder: embedder.name }) !== undefined) return false;
      return serve.run(embedder.name, embedder.reach, projectId).changes === 1;
    },
  };
}

export function sqliteEmbedders(db: DatabaseSync, writes: Remote<typeof embedderWrites>): EmbedderStore {
  const serving = db.prepare('select embedder, embedder_reach from projects where id = ?');
  const lacking = db.prepare(`
    select d.id, d.name from documents d join document_versions v on v.id = d.version_id
    where d.project_id = :projectId and d.id > :after and v.embedder <> :embedder
      and exists (select 1 from chunks c where c.version_id = v.id and ${LACKS})
    order by d.id limit :limit`);
  const chunks = db.prepare(`
    ${CHUNKS} where v.project_id = :projectId and v.document_id = :documentId and v.status = 'published' and ${LACKS}
    order by c.number limit :limit`);
  return {
    async serving(projectId) {
      return toServing(serving.get(projectId));
    },
    async lacking(projectId, embedder, { after, limit }) {
      return lacking.all({ projectId, embedder, after, limit }).map(toLacking);
    },
    async chunksLacking(projectId, documentId, embedder, limit) {
      return chunks.all({ projectId, documentId, embedder, limit }).map(toChunk);
    },
    putVectors: writes.putVectors,
    serve: writes.serve,
  };
}
