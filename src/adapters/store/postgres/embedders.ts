import type { EmbedderStore } from '#ports/store/embedders.ts';
import { CHUNKS, toChunk } from '../sql/document-rows.ts';
import { bytesOf, toLacking, toServing } from '../sql/embedder-rows.ts';
import type { Session } from './session.ts';

const SERVING = 'select embedder, embedder_reach from projects where id = $1';

/** Of a chunk `c` of a version `v`: no vector of the embedder, which is $2, is there. */
const LACKS = `v.embedder <> $2
  and not exists (select 1 from chunk_vectors x where x.chunk_id = c.id and x.embedder = $2)`;

const LACKING = `
  select d.id, d.name from documents d join document_versions v on v.id = d.version_id
   where d.project_id = $1 and d.id > $3 and v.embedder <> $2
     and exists (select 1 from chunks c where c.version_id = v.id and ${LACKS})
   order by d.id limit $4`;

const CHUNKS_LACKING = `
  ${CHUNKS} where v.project_id = $1 and v.document_id = $3 and v.status = 'published' and ${LACKS}
  order by c.number limit $4`;

const ANY_LACKING = `
  select 1 from document_versions v join chunks c on c.version_id = v.id
   where v.project_id = $1 and v.status = 'published' and ${LACKS} limit 1`;

const PUT = `
  insert into chunk_vectors (chunk_id, embedder, vector)
  select g.id, $1, g.vector from unnest($2::bigint[], $3::bytea[]) as g(id, vector) join chunks c on c.id = g.id
  on conflict do nothing`;

const SERVE = `
  update projects set embedder = $2, embedder_reach = $3,
         corpus_version = corpus_version + (embedder is not null)::int,
         embedder_at_version = corpus_version + (embedder is not null)::int where id = $1`;

export function postgresEmbedders(session: Session, scans: Session): EmbedderStore {
  return {
    async serving(projectId) {
      return toServing(await session.first(SERVING, [projectId]));
    },
    async lacking(projectId, embedder, { after, limit }) {
      return (await scans.all(LACKING, [projectId, embedder, after, limit])).map(toLacking);
    },
    async chunksLacking(projectId, documentId, embedder, limit) {
      return (await scans.all(CHUNKS_LACKING, [projectId, embedder, documentId, limit])).map(toChunk);
    },
    async putVectors(embedder, vectors) {
      const ids = vectors.map(({ chunkId }) => chunkId);
      await session.run(PUT, [embedder, ids, vectors.map(({ vector }) => Buffer.from(bytesOf(vector)))]);
    },
    serve: (projectId, { name, reach }) =>
      session.transaction(async (tx) => {
        // Everything that publishes locks the project's row first: nothing becomes visible between look and change.
        const before = await tx.first(`${SERVING} for no key update`, [projectId]);
        if (before === undefined) return false;
        if (before['embedder'] === name) {
          await tx.run('update projects set embedder_reach = $2 where id = $1', [projectId, reach]);
          return true;
        }
        if ((await tx.first(ANY_LACKING, [projectId, name])) !== undefined) return false;
        await tx.run(SERVE, [projectId, name, reach]);
        return true;
      }),
  };
}
