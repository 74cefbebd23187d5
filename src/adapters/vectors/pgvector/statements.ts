/**
 * The table is the index alone: what is visible, and the numbers that scores are made of, are read where the store
 * keeps them. A row says where a vector by one embedder of one chunk points, and never changes; it goes with its chunk.
 * One without an embedding is of a vector that the extension cannot hold. `main`: what fits a page stays in it.
 */
export const TABLE = `
  create table if not exists searched_vectors (
    project_id bigint not null,
    embedder text not null,
    chunk_id bigint not null references chunks(id) on delete cascade,
    version_id bigint not null,
    embedding vector,
    dimensions integer generated always as (vector_dims(embedding)) stored,
    primary key (project_id, embedder, chunk_id)
  );
  alter table searched_vectors alter column embedding set storage main;
  create index if not exists searched_vectors_of_chunk on searched_vectors(chunk_id)`;

const VISIBLE = `v.project_id = $1 and v.status = 'published'`;

/** Of a chunk `c` of a version `v` in a project `p`: its vector by the embedder that serves, as the store has it. */
const VECTOR = `case when p.embedder = v.embedder then c.vector else coalesce(
      (select x.vector from chunk_vectors x where x.chunk_id = c.id and x.embedder = p.embedder), c.vector) end`;

/** Of a chunk `c` in a project `p`: it has no row yet. */
const LACKS = `not exists (select 1 from searched_vectors s
    where s.project_id = $1 and s.embedder = coalesce(p.embedder, '') and s.chunk_id = c.id)`;

/** Those of chunks $2 that have no row, with what belongs in it: embedder and vector of one moment. */
export const LACKING_OF = `
  select c.id, coalesce(p.embedder, '') as embedder, ${VECTOR} as vector
    from chunks c join document_versions v on v.id = c.version_id join projects p on p.id = v.project_id
   where c.id = any($2) and ${VISIBLE} and ${LACKS} order by c.id`;

export const LACKING = `
  select c.id from projects p join document_versions v on v.project_id = p.id join chunks c on c.version_id = v.id
   where ${VISIBLE} and ${LACKS} order by c.id`;

/** A chunk that is swept away meanwhile is passed over. */
export const PUT = `
  insert into searched_vectors (project_id, embedder, chunk_id, version_id, embedding)
  select $1, $2, c.id, c.version_id, g.embedding::vector
    from unnest($3::bigint[], $4::text[]) as g(id, embedding) join chunks c on c.id = g.id for key share of c
      on conflict do nothing`;

/** What another embedder than the serving one left is not searched again. */
export const DROP_OTHERS = `
  delete from searched_vectors where project_id = $1
     and embedder <> (select coalesce(embedder, '') from projects where id = $1)`;

/**
 * All that could be among the $4 nearest to $2, of $3 dimensions, in the documents $5: the extension's sums are of
 * floats, so whatever is within $6 of its edge may be nearer than the edge. One statement, and so of one moment:
 * `version` is the corpus version that it saw, `lacking` how many visible chunks have no row. The bytes of candidates
 * are looked up one by one: the planner takes them for a third of all, and would read every chunk for a join.
 */
export const NEAR = `
  with visible as materialized (
         select v.id, v.chunks from document_versions v
          where ${VISIBLE} and ($5::bigint[] is null or v.document_id = any($5))),
       scored as materialized (
         select s.chunk_id, case when s.dimensions = $3 then s.embedding <#> $2::vector end as distance
           from searched_vectors s
          where s.project_id = $1 and s.version_id in (select id from visible)
            and s.embedder = (select coalesce(embedder, '') from projects where id = $1)),
       edge as (select distance from scored where distance is not null order by distance offset $4 - 1 limit 1)
  select p.corpus_version as version, near.id, near.vector,
         (select coalesce(sum(chunks), 0) from visible) - (select count(*) from scored) as lacking
    from projects p left join lateral (
         select s.chunk_id as id,
                (select ${VECTOR} from chunks c join document_versions v on v.id = c.version_id
                  where c.id = s.chunk_id) as vector
           from scored s
          where s.distance <= coalesce((select distance from edge), 'infinity') + $6) near on true
   where p.id = $1`;

/** The vectors of visible chunks, and the corpus version of that moment. */
export const VECTORS_OF = `
  select p.corpus_version as version, given.id, given.vector
    from projects p left join lateral (
         select c.id, ${VECTOR} as vector from chunks c join document_versions v on v.id = c.version_id
          where c.id = any($2) and ${VISIBLE}) given on true
   where p.id = $1`;
