import type { DatabaseSync } from 'node:sqlite';
import type { KeyLimits } from '#domain/access.ts';
import type { ApiKey, Session } from '#domain/key.ts';
import type { KeyStore, NewKey, SessionStore } from '#ports/store/keys.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { KEY_COLUMNS, keyValues, KNOWN_KEY, toKey, toKnownKey, toSession } from '../sql/key-rows.ts';
import type { Remote } from './remote.ts';

export function keyWrites(db: DatabaseSync) {
  const insert = db.prepare(`
    insert into api_keys (project_id, name, prefix, hash, scopes, addresses, expires_at, created_at, limits)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning ${KEY_COLUMNS}`);
  const replace = db.prepare(`
    update api_keys set replaced_by = :by, expires_at = min(coalesce(expires_at, :until), :until)
     where id = :id and revoked_at is null and replaced_by is null and (expires_at is null or expires_at > :now)`);
  const revoke = db.prepare('update api_keys set revoked_at = ? where id = ? and revoked_at is null');
  const endSessions = db.prepare(
    'delete from sessions where key_hash = (select hash from api_keys where id = ?)',
  );
  const limit = db.prepare(`update api_keys set limits = ? where id = ? returning ${KEY_COLUMNS}`);
  const find = db.prepare(`select ${KEY_COLUMNS} from api_keys where id = ?`);
  const touch = db.prepare(
    'update api_keys set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?)',
  );
  const remove = db.prepare('delete from api_keys where id = ?');
  const found = (id: number): ApiKey | null => {
    const row = find.get(id);
    return row === undefined ? null : toKey(row);
  };
  return {
    create(key: NewKey, now: number): ApiKey {
      return toKey(insert.get(...keyValues(key, now)));
    },
    rotate(keyId: number, key: NewKey, now: number, oldUntil: number): ApiKey | null {
      const created = toKey(insert.get(...keyValues(key, now)));
      if (replace.run({ by: created.id, until: oldUntil, id: keyId, now }).changes === 1) return created;
      remove.run(created.id);
      return null;
    },
    revoke(keyId: number, now: number): ApiKey | null {
      if (revoke.run(now, keyId).changes === 1) endSessions.run(keyId);
      return found(keyId);
    },
    limit(keyId: number, limits: KeyLimits): ApiKey | null {
      const row = limit.get(JSON.stringify(limits), keyId);
      return row === undefined ? null : toKey(row);
    },
    touch(uses: readonly { readonly keyId: number; readonly at: number }[]): void {
      for (const { keyId, at } of uses) touch.run(at, keyId, at);
    },
  };
}

export function sqliteKeys(db: DatabaseSync, writes: Remote<typeof keyWrites>): KeyStore {
  const find = db.prepare(`select ${KEY_COLUMNS} from api_keys where id = ?`);
  const byHash = db.prepare(`select ${KEY_COLUMNS}, ${KNOWN_KEY} from api_keys where hash = ?`);
  const all = db.prepare(`select ${KEY_COLUMNS} from api_keys where id < ? order by id desc limit ?`);
  const ofProject = db.prepare(
    `select ${KEY_COLUMNS} from api_keys where project_id = ? and id < ? order by id desc limit ?`,
  );
  return {
    create: writes.create,
    rotate: writes.rotate,
    revoke: writes.revoke,
    touch: writes.touch,
    limit: writes.limit,
    async find(keyId) {
      const row = find.get(keyId);
      return row === undefined ? null : toKey(row);
    },
    async findByHash(hash) {
      const row = byHash.get(hash);
      return row === undefined ? null : toKnownKey(row);
    },
    async list(projectId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const limit = page.limit + 1;
      const rows = projectId === null ? all.all(before, limit) : ofProject.all(projectId, before, limit);
      return pageOf(rows.map(toKey), page.limit, (key) => key.id);
    },
  };
}

export function sessionWrites(db: DatabaseSync) {
  const insert = db.prepare(
    'insert into sessions (hash, key_hash, created_at, expires_at) values (?, ?, ?, ?) on conflict do nothing',
  );
  const remove = db.prepare('delete from sessions where hash = ?');
  const removeOf = db.prepare('delete from sessions where key_hash = ?');
  const sweep = db.prepare('delete from sessions where expires_at <= ?');
  return {
    open(hash: string, { keyHash, expiresAt }: Session, now: number): void {
      insert.run(hash, keyHash, now, expiresAt);
    },
    close(hash: string): void {
      remove.run(hash);
    },
    closeOf(keyHash: string): void {
      removeOf.run(keyHash);
    },
    sweep(now: number): void {
      sweep.run(now);
    },
  };
}

export function sqliteSessions(db: DatabaseSync, writes: Remote<typeof sessionWrites>): SessionStore {
  const find = db.prepare('select key_hash, expires_at from sessions where hash = ?');
  return {
    open: writes.open,
    close: writes.close,
    closeOf: writes.closeOf,
    sweep: writes.sweep,
    async find(hash) {
      const row = find.get(hash);
      return row === undefined ? null : toSession(row);
    },
  };
}
