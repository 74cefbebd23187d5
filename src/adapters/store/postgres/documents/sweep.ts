import type { Session } from '../session.ts';

const NEXT = `
  select id from document_versions where id = any(array(
    (select id from document_versions where status = 'retired' order by id limit 1)
    union all
    (select id from document_versions where status = 'staged' and created_at < $1 order by created_at limit 1)))
   order by (status = 'retired') desc limit 1 for update skip locked`;

const REMOVE = `
  delete from chunks where id = any(array(select id from chunks where version_id = $1 order by number limit $2))`;

const REMOVE_VECTORS = `
  delete from chunk_vectors where chunk_id = any(array(
    select id from chunks where version_id = $1 order by number limit $2))`;

const CLOSE = `update document_versions set status = 'swept' where id = $1 and status = 'retired'`;
const DROP = `delete from document_versions where id = $1 and status = 'staged'`;

/**
 * Removes up to `limit` chunks that nobody sees; true when there are no more. Staged versions go entirely. Of
 * retired ones the row stays, as `swept`: it tells a vector index that slept through the retirement that it has to
 * load anew.
 */
export function sweepVersions(session: Session): (before: number, limit: number) => Promise<boolean> {
  return (before, limit) =>
    session.transaction(async (tx) => {
      let left = limit;
      while (left > 0) {
        const version = await tx.first(NEXT, [before]);
        if (version === undefined) return true;
        await tx.run(REMOVE_VECTORS, [version['id'], left]);
        const removed = await tx.run(REMOVE, [version['id'], left]);
        if (removed < left) {
          await tx.run(CLOSE, [version['id']]);
          await tx.run(DROP, [version['id']]);
        }
        // A version counts even when it was empty, so that a step stays small.
        left -= Math.max(1, removed);
      }
      return false;
    });
}
