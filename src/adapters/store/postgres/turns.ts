import type { TurnStats, TurnStore } from '#ports/store/turns.ts';
import { toTurn, TURN_COLUMNS, TURN_UPDATE, turnValues } from '../sql/turn-rows.ts';
import type { Session } from './session.ts';

const TEXTS = new Set(['key', 'kind', 'form', 'model', 'body']);

const PUT = `
  insert into turns (${TURN_COLUMNS.join(', ')})
  select * from unnest(${TURN_COLUMNS.map((name, at) => `$${at + 1}::${TEXTS.has(name) ? 'text' : 'bigint'}[]`).join(', ')})
  on conflict (project_id, key) do update set ${TURN_UPDATE}`;

const SWEEP = `
  delete from turns where (project_id, key) in (
    select project_id, key from turns where expires_at < $1 order by expires_at limit $2 for update skip locked)`;

export function postgresTurns(session: Session, scans: Session): TurnStore {
  return {
    async find(projectId, keys) {
      if (keys.length === 0) return [];
      const sql = 'select * from turns where project_id = $1 and key = any($2::text[])';
      return (await session.all(sql, [projectId, keys])).map(toTurn);
    },
    async put(turns) {
      if (turns.length === 0) return;
      // By key, so that two processes never wait for one another crosswise.
      const rows = [...turns].sort((a, b) => (a.key < b.key ? -1 : 1)).map(turnValues);
      await session.run(
        PUT,
        TURN_COLUMNS.map((_, at) => rows.map((row) => row[at])),
      );
    },
    drop(projectId, { model, keys }) {
      const sql = `delete from turns where project_id = $1 and ($2::text is null or model = $2)
                      and ($3::text[] is null or key = any($3))`;
      return session.run(sql, [projectId, model ?? null, keys ?? null]);
    },
    async stats(projectId) {
      const sql = `select count(*) as turns, coalesce(sum(bytes), 0)::bigint as bytes from turns where project_id = $1`;
      return (await scans.first(sql, [projectId])) as unknown as TurnStats;
    },
    sweep: (before, limit) => session.run(SWEEP, [before, limit]),
  };
}
