import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyClaim } from '#ports/store/batches.ts';
import type { Begun, IdempotencyStore, SavedResponse } from '#ports/store/idempotency.ts';
import { toBegun } from '../sql/idempotency-rows.ts';
import type { KeyRow } from '../sql/idempotency-rows.ts';
import type { Remote } from './remote.ts';

export function idempotencyWrites(db: DatabaseSync) {
  const which = 'project_id = ? and operation = ? and key = ?';
  const insert = db.prepare(
    `insert into idempotency_keys (project_id, operation, key, status, owner, created_at) values (?, ?, ?, 'in_progress', ?, ?)
     on conflict do update set owner = excluded.owner, created_at = excluded.created_at
      where status = 'in_progress' and not exists (select 1 from workers where id = idempotency_keys.owner)`,
  );
  const find = db.prepare(`select * from idempotency_keys where ${which}`);
  const finish = db.prepare(
    `update idempotency_keys set status = 'done', body_hash = ?, response_status = ?, response_location = ?, response_body = ?
      where ${which}`,
  );
  const abandon = db.prepare(`delete from idempotency_keys where ${which} and status = 'in_progress'`);
  const forget = db.prepare('delete from idempotency_keys where created_at < ?');
  return {
    begin({ projectId, operation, key }: IdempotencyClaim, owner: number, now: number): Begun {
      if (insert.run(projectId, operation, key, owner, now).changes === 1) return { kind: 'fresh' };
      return toBegun(find.get(projectId, operation, key) as unknown as KeyRow);
    },
    finish(claim: IdempotencyClaim, bodyHash: string, response: SavedResponse, _now: number): void {
      const { status, location, body } = response;
      finish.run(bodyHash, status, location, body, claim.projectId, claim.operation, claim.key);
    },
    abandon({ projectId, operation, key }: IdempotencyClaim): void {
      abandon.run(projectId, operation, key);
    },
    sweep(before: number): void {
      forget.run(before);
    },
  };
}

export function sqliteIdempotency(writes: Remote<typeof idempotencyWrites>): IdempotencyStore {
  return {
    begin: writes.begin,
    finish: writes.finish,
    abandon: writes.abandon,
    sweep: writes.sweep,
  };
}
