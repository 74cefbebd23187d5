import type { DatabaseSync } from 'node:sqlite';
import type { NewTurn, TurnFilter, TurnStats, TurnStore } from '#ports/store/turns.ts';
import { toTurn, TURN_COLUMNS, TURN_UPDATE, turnValues } from '../sql/turn-rows.ts';
import type { Remote } from './remote.ts';

export function turnWrites(db: DatabaseSync) {
  const put = db.prepare(`
    insert into turns (${TURN_COLUMNS.join(', ')}) values (${TURN_COLUMNS.map(() => '?').join(', ')})
    on conflict (project_id, key) do update set ${TURN_UPDATE}`);
  const drop = db.prepare(
    `delete from turns where project_id = :projectId and (:model is null or model = :model)
        and (:keys is null or key in (select value from json_each(:keys)))`,
  );
  const sweep = db.prepare(
    'delete from turns where rowid in (select rowid from turns where expires_at < ? limit ?)',
  );
  return {
    put(turns: readonly NewTurn[]): void {
      for (const turn of turns) put.run(...turnValues(turn));
    },
    drop(projectId: number, filter: TurnFilter): number {
      const keys = filter.keys === undefined ? null : JSON.stringify(filter.keys);
      return Number(drop.run({ projectId, model: filter.model ?? null, keys }).changes);
    },
    sweep(before: number, limit: number): number {
      return Number(sweep.run(before, limit).changes);
    },
  };
}

export function turnScans(db: DatabaseSync) {
  const stats = db.prepare(
    'select count(*) as turns, coalesce(sum(bytes), 0) as bytes from turns where project_id = ?',
  );
  return {
    stats(projectId: number): TurnStats {
      const { turns, bytes } = stats.get(projectId) as unknown as TurnStats;
      return { turns, bytes };
    },
  };
}

export function sqliteTurns(
  db: DatabaseSync,
  writes: Remote<typeof turnWrites>,
  scans: Remote<typeof turnScans>,
): TurnStore {
  const find = db.prepare('select * from turns where project_id = ? and key = ?');
  return {
    async find(projectId, keys) {
      return keys.flatMap((key) => {
        const row = find.get(projectId, key);
        return row === undefined ? [] : [toTurn(row)];
      });
    },
    put: writes.put,
    drop: writes.drop,
    stats: scans.stats,
    sweep: writes.sweep,
  };
}
