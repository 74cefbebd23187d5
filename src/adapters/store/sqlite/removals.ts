import type { DatabaseSync } from 'node:sqlite';
import { itemId } from '#domain/ids.ts';
import type { RemovalStore, Removed } from '#ports/store/removals.ts';
import {
  CLOSE_BATCHES,
  FILES_OF,
  FILES_ON_THEIR_WAY,
  nameOfRemoved,
  REMOVALS,
  REMOVE_ATTEMPTS,
  REMOVE_ITEMS,
  removeSome,
} from '../sql/removal-rows.ts';
import type { Remote } from './remote.ts';

/** Rows that one step removes of one table. */
const STEP = 2_000;

export function removalWrites(db: DatabaseSync) {
  const numbered = (sql: string) => db.prepare(sql.replaceAll(/\$(\d)/g, '?$1'));
  const rename = db.prepare(
    `update projects set name = ?, settings = '{}' where id = ? and name not like '~%'`,
  );
  const revoke = db.prepare('update api_keys set revoked_at = coalesce(revoked_at, ?) where project_id = ?');
  const note = db.prepare(
    'insert into removed_projects (project_id, began_at) values (?, ?) on conflict do nothing',
  );
  const end = db.prepare('update removed_projects set ended_at = coalesce(ended_at, ?) where project_id = ?');
  const close = numbered(CLOSE_BATCHES);
  const files = numbered(FILES_OF);
  const coming = numbered(FILES_ON_THEIR_WAY);
  const removals = REMOVALS.map((removal) => numbered(removeSome(removal)));
  const nextBatch = db.prepare('select id from batches where project_id = ? order by id limit 1');
  const removeAttempts = numbered(REMOVE_ATTEMPTS);
  const removeItems = numbered(REMOVE_ITEMS);
  const removeCounts = db.prepare('delete from batch_counts where batch_id = ?');
  const removeBatch = db.prepare('delete from batches where id = ?');
  const removeProject = db.prepare('delete from projects where id = ?');

  /** False when there is none. */
  function removeOfBatch(projectId: number): boolean {
    const id = nextBatch.get(projectId)?.['id'] as number | undefined;
    if (id === undefined) return false;
    const range = [itemId(id, 0), itemId(id + 1, 0)] as const;
    removeAttempts.run(...range);
    if (removeItems.run(...range, STEP).changes === STEP) return true;
    removeCounts.run(id);
    removeBatch.run(id);
    return true;
  }

  return {
    begin(projectId: number, now: number): Removed | null {
      if (rename.run(nameOfRemoved(projectId), projectId).changes === 0) return null;
      note.run(projectId, now);
      revoke.run(now, projectId);
      const batchIds = close.all(projectId).map((row) => row['id'] as number);
      const found = [...files.all(projectId).map((row) => row['sha256']), ...filesIn(coming.all(projectId))];
      return { batchIds, files: [...new Set(found as string[])] };
    },
    step(projectId: number, now: number): boolean {
      for (const remove of removals) if (remove.run(projectId, STEP).changes > 0) return true;
      if (removeOfBatch(projectId)) return true;
      removeProject.run(projectId);
      end.run(now, projectId);
      return false;
    },
  };
}

export function sqliteRemovals(db: DatabaseSync, writes: Remote<typeof removalWrites>): RemovalStore {
  const list = db.prepare('select project_id from removed_projects where ended_at is null or ended_at >= ?');
  return {
    begin: writes.begin,
    step: writes.step,
    async list(since) {
      return list.all(since).map((row) => row['project_id'] as number);
    },
  };
}

function filesIn(rows: readonly Record<string, unknown>[]): string[] {
  return rows.flatMap((row) => {
    const { sha256 } = JSON.parse(row['payload'] as string) as { sha256?: unknown };
    return typeof sha256 === 'string' ? [sha256] : [];
  });
}
