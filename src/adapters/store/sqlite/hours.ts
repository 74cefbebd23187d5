import type { DatabaseSync } from 'node:sqlite';
import { hourOf } from '#domain/hour.ts';
import type { Hour, HourChanges, HourTotals } from '#domain/hour.ts';
import type { HourStore } from '#ports/store/hours.ts';
import type { Remote } from './remote.ts';

export type AddToHour = (projectId: number, changes: HourChanges, now: number) => void;

export function addToHour(db: DatabaseSync): AddToHour {
  const upsert = db.prepare(
    `insert into hours (project_id, started_at, completed, failed, skipped, hits, misses, saved_ms, saved_tokens)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (project_id, started_at) do update set
       completed = completed + excluded.completed,
       failed = failed + excluded.failed,
       skipped = skipped + excluded.skipped,
       hits = hits + excluded.hits,
       misses = misses + excluded.misses,
       saved_ms = saved_ms + excluded.saved_ms,
       saved_tokens = saved_tokens + excluded.saved_tokens`,
  );
  return (projectId, changes, now) => {
    const { completed = 0, failed = 0, skipped = 0 } = changes;
    const { hits = 0, misses = 0, savedMs = 0, savedTokens = 0 } = changes;
    upsert.run(projectId, hourOf(now), completed, failed, skipped, hits, misses, savedMs, savedTokens);
  };
}

export function hourWrites(db: DatabaseSync) {
  return { add: addToHour(db) };
}

export function sqliteHours(db: DatabaseSync, writes: Remote<typeof hourWrites>): HourStore {
  const list = db.prepare(
    `select started_at as startedAt, completed, failed, skipped, hits, misses,
       saved_ms as savedMs, saved_tokens as savedTokens
       from hours where project_id = ? and started_at >= ? order by started_at`,
  );
  const totals = db.prepare(
    `select ${TOTALLED.map(([column, name]) => `coalesce(sum(${column}), 0) as ${name}`).join(', ')}
       from hours where project_id = ? and started_at >= ?`,
  );
  return {
    add: writes.add,
    async list(projectId, since) {
      return list.all(projectId, since).map((row) => ({ ...row }) as unknown as Hour);
    },
    async totals(projectId, since) {
      return { ...totals.get(projectId, since) } as unknown as HourTotals;
    },
  };
}

const TOTALLED: readonly (readonly [column: string, name: keyof HourTotals])[] = [
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
  ['hits', 'hits'],
  ['misses', 'misses'],
  ['saved_ms', 'savedMs'],
  ['saved_tokens', 'savedTokens'],
];
