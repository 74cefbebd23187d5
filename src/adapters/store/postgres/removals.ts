import type { Statements } from '#clients/postgres.ts';
import { itemId } from '#domain/ids.ts';
import type { RemovalStore } from '#ports/store/removals.ts';
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
import type { Session } from './session.ts';

/** Rows that one step removes of one table. */
const STEP = 5_000;

const RENAME = `update projects set name = $1, settings = '{}' where id = $2 and name not like '~%'`;

export function postgresRemovals(session: Session): RemovalStore {
  return {
    begin: (projectId, now) =>
      session.transaction(async (tx) => {
        if ((await tx.run(RENAME, [nameOfRemoved(projectId), projectId])) === 0) return null;
        await tx.run(
          'insert into removed_projects (project_id, began_at) values ($1, $2) on conflict do nothing',
          [projectId, now],
        );
        await tx.run('update api_keys set revoked_at = coalesce(revoked_at, $1) where project_id = $2', [
          now,
          projectId,
        ]);
        const closed = await tx.all(CLOSE_BATCHES, [projectId]);
        const indexed = await tx.all(FILES_OF, [projectId]);
        const coming = await tx.all(FILES_ON_THEIR_WAY, [projectId]);
        const files = [...indexed.map((row) => row['sha256'] as string), ...coming.flatMap(fileIn)];
        return { batchIds: closed.map((row) => row['id'] as number), files: [...new Set(files)] };
      }),
    step: (projectId, now) =>
      session.transaction(async (tx) => {
        for (const removal of REMOVALS)
          if ((await tx.run(removeSome(removal), [projectId, STEP])) > 0) return true;
        if (await removeOfBatch(tx, projectId)) return true;
        await tx.run('delete from projects where id = $1', [projectId]);
        await tx.run('update removed_projects set ended_at = coalesce(ended_at, $1) where project_id = $2', [
          now,
          projectId,
        ]);
        return false;
      }),
    async list(since) {
      const sql = 'select project_id from removed_projects where ended_at is null or ended_at >= $1';
      return (await session.all(sql, [since])).map((row) => row['project_id'] as number);
    },
  };
}

/** False when there is none. */
async function removeOfBatch(tx: Statements, projectId: number): Promise<boolean> {
  const next = await tx.first('select id from batches where project_id = $1 order by id limit 1 for update', [
    projectId,
  ]);
  if (next === undefined) return false;
  const id = next['id'] as number;
  const range = [itemId(id, 0), itemId(id + 1, 0)];
  await tx.run(REMOVE_ATTEMPTS, range);
  if ((await tx.run(REMOVE_ITEMS, [...range, STEP])) === STEP) return true;
  await tx.run('delete from batch_counts where batch_id = $1', [id]);
  await tx.run('delete from batches where id = $1', [id]);
  return true;
}

function fileIn(row: Record<string, unknown>): string[] {
  const { sha256 } = JSON.parse(row['payload'] as string) as { sha256?: unknown };
  return typeof sha256 === 'string' ? [sha256] : [];
}
