import type { IdempotencyStore } from '#ports/store/idempotency.ts';
import { toBegun } from '../sql/idempotency-rows.ts';
import type { KeyRow } from '../sql/idempotency-rows.ts';
import type { Session } from './session.ts';

const WHICH = 'project_id = $1 and operation = $2 and key = $3';

const BEGIN = `
  insert into idempotency_keys as k (project_id, operation, key, status, owner, created_at)
  values ($1, $2, $3, 'in_progress', $4, $5)
  on conflict (project_id, operation, key) do update set owner = excluded.owner, created_at = excluded.created_at
    where k.status = 'in_progress' and not exists (select 1 from workers where id = k.owner)`;

const FINISH = `
  update idempotency_keys set status = 'done', body_hash = $4, response_status = $5, response_location = $6, response_body = $7
   where ${WHICH}`;

export function postgresIdempotency(session: Session): IdempotencyStore {
  return {
    async begin({ projectId, operation, key }, owner, now) {
      const name = [projectId, operation, key];
      for (;;) {
        if ((await session.run(BEGIN, [...name, owner, now])) === 1) return { kind: 'fresh' };
        const row = await session.first(`select * from idempotency_keys where ${WHICH}`, name);
        // Given back between the two statements: it is free again.
        if (row !== undefined) return toBegun(row as unknown as KeyRow);
      }
    },
    async finish({ projectId, operation, key }, bodyHash, { status, location, body }) {
      await session.run(FINISH, [projectId, operation, key, bodyHash, status, location, body]);
    },
    async abandon({ projectId, operation, key }) {
      await session.run(`delete from idempotency_keys where ${WHICH} and status = 'in_progress'`, [
        projectId,
        operation,
        key,
      ]);
    },
    async sweep(before) {
      await session.run('delete from idempotency_keys where created_at < $1', [before]);
    },
  };
}
