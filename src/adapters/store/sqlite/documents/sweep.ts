import type { DatabaseSync } from 'node:sqlite';

/**
 * Removes up to `limit` chunks that nobody sees; true when there are no more. Staged
 * versions go entirely. Of retired ones the row stays, as `swept`: it tells a vector index that slept through the
 * retirement that it has to load anew.
 */
export function sweepVersions(db: DatabaseSync): (before: number, limit: number) => boolean {
  const nextRetired = db.prepare(
    "select id from document_versions where status = 'retired' order by id limit 1",
  );
  const nextStaged = db.prepare(
    "select id from document_versions where status = 'staged' and created_at < ? order by created_at limit 1",
  );
  const removeVectors = db.prepare(`
    delete from chunk_vectors where chunk_id in (select id from chunks where version_id = ? order by number limit ?)`);
  const remove = db.prepare(
    'delete from chunks where id in (select id from chunks where version_id = ? order by number limit ?)',
  );
  const close = db.prepare(
    "update document_versions set status = 'swept' where id = ? and status = 'retired'",
  );
  const drop = db.prepare("delete from document_versions where id = ? and status = 'staged'");

  return (before, limit) => {
    let left = limit;
    while (left > 0) {
      const version = (nextRetired.get() ?? nextStaged.get(before)) as { id: number } | undefined;
      if (version === undefined) return true;
      removeVectors.run(version.id, left);
      const removed = Number(remove.run(version.id, left).changes);
      if (removed < left) {
        close.run(version.id);
        drop.run(version.id);
      }
      // A version counts even when it was empty, so that a step stays small.
      left -= Math.max(1, removed);
    }
    return false;
  };
}
