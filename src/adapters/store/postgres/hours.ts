import { hourOf } from '#domain/hour.ts';
import type { Hour, HourTotals } from '#domain/hour.ts';
import type { HourStore } from '#ports/store/hours.ts';
import type { Slots } from './counts.ts';
import type { Session } from './session.ts';

export const INSERT_HOURS = `
  insert into hours as h (project_id, started_at, slot, completed, failed, skipped, hits, misses, saved_ms, saved_tokens)`;

export const ADD_HOURS = `
  on conflict (project_id, started_at, slot) do update set
    completed = h.completed + excluded.completed,
    failed = h.failed + excluded.failed,
    skipped = h.skipped + excluded.skipped,
    hits = h.hits + excluded.hits,
    misses = h.misses + excluded.misses,
    saved_ms = h.saved_ms + excluded.saved_ms,
    saved_tokens = h.saved_tokens + excluded.saved_tokens`;

const ADD = `${INSERT_HOURS} values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ${ADD_HOURS}`;

const SUMS = [
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
  ['hits', 'hits'],
  ['misses', 'misses'],
  ['saved_ms', 'savedMs'],
  ['saved_tokens', 'savedTokens'],
]
  .map(([column, name]) => `coalesce(sum(${column}), 0) as "${name}"`)
  .join(', ');

const LIST = `
  select started_at as "startedAt", ${SUMS} from hours
   where project_id = $1 and started_at >= $2 group by started_at order by started_at`;

const TOTALS = `select ${SUMS} from hours where project_id = $1 and started_at >= $2`;

export function postgresHours(session: Session, slots: Slots): HourStore {
  return {
    async add(projectId, changes, now) {
      const { completed = 0, failed = 0, skipped = 0 } = changes;
      const { hits = 0, misses = 0, savedMs = 0, savedTokens = 0 } = changes;
      const figures = [completed, failed, skipped, hits, misses, Math.round(savedMs), savedTokens];
      await session.run(ADD, [projectId, hourOf(now), slots.others, ...figures]);
    },
    async list(projectId, since) {
      return (await session.all(LIST, [projectId, since])) as unknown as Hour[];
    },
    async totals(projectId, since) {
      return (await session.first(TOTALS, [projectId, since])) as unknown as HourTotals;
    },
  };
}
