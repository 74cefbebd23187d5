import type { KeyStore, SessionStore } from '#ports/store/keys.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { KEY_COLUMNS, keyValues, KNOWN_KEY, toKey, toKnownKey, toSession } from '../sql/key-rows.ts';
import type { Session } from './session.ts';

const INSERT = `
  insert into api_keys (project_id, name, prefix, hash, scopes, addresses, expires_at, created_at, limits)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${KEY_COLUMNS}`;

const REPLACE = `
  update api_keys set replaced_by = $1, expires_at = least(coalesce(expires_at, $2), $2)
   where id = $3 and revoked_at is null and replaced_by is null and (expires_at is null or expires_at > $4)`;

const FIND = `select ${KEY_COLUMNS} from api_keys where id = $1`;
const BY_HASH = `
  select ${KEY_COLUMNS}, ${KNOWN_KEY} from api_keys where hash = $1`;
const ALL = `select ${KEY_COLUMNS} from api_keys where id < $1 order by id desc limit $2`;
const OF_PROJECT = `
  select ${KEY_COLUMNS} from api_keys where id < $1 and project_id = $3 order by id desc limit $2`;

const TOUCH = `
  update api_keys k set last_used_at = u.at
    from unnest($1::bigint[], $2::bigint[]) as u(id, at)
   where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`;

export function postgresKeys(session: Session): KeyStore {
  const find: KeyStore['find'] = async (keyId) => {
    const row = await session.first(FIND, [keyId]);
    return row === undefined ? null : toKey(row);
  };
  return {
    find,
    create: async (key, now) => toKey(await session.first(INSERT, keyValues(key, now))),
    rotate: (keyId, key, now, oldUntil) =>
      session.transaction(async (tx) => {
        const created = toKey(await tx.first(INSERT, keyValues(key, now)));
        if ((await tx.run(REPLACE, [created.id, oldUntil, keyId, now])) === 1) return created;
        await tx.run('delete from api_keys where id = $1', [created.id]);
        return null;
      }),
    async revoke(keyId, now) {
      await session.transaction(async (tx) => {
        const revoke = 'update api_keys set revoked_at = $1 where id = $2 and revoked_at is null';
        if ((await tx.run(revoke, [now, keyId])) === 0) return;
        await tx.run('delete from sessions where key_hash = (select hash from api_keys where id = $1)', [
          keyId,
        ]);
      });
      return find(keyId);
    },
    async limit(keyId, limits) {
      const sql = `update api_keys set limits = $1 where id = $2 returning ${KEY_COLUMNS}`;
      const row = await session.first(sql, [JSON.stringify(limits), keyId]);
      return row === undefined ? null : toKey(row);
    },
    async findByHash(hash) {
      const row = await session.first(BY_HASH, [hash]);
      return row === undefined ? null : toKnownKey(row);
    },
    async list(projectId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const values = [before, page.limit + 1];
      const rows =
        projectId === null
          ? await session.all(ALL, values)
          : await session.all(OF_PROJECT, [...values, projectId]);
      return pageOf(rows.map(toKey), page.limit, (key) => key.id);
    },
    async touch(uses) {
      const inOrder = [...uses].sort((a, b) => a.keyId - b.keyId);
      await session.run(TOUCH, [inOrder.map(({ keyId }) => keyId), inOrder.map(({ at }) => at)]);
    },
  };
}

export function postgresSessions(session: Session): SessionStore {
  return {
    async open(hash, { keyHash, expiresAt }, now) {
      const sql =
        'insert into sessions (hash, key_hash, created_at, expires_at) values ($1, $2, $3, $4) on conflict do nothing';
      await session.run(sql, [hash, keyHash, now, expiresAt]);
    },
    async find(hash) {
      const row = await session.first('select key_hash, expires_at from sessions where hash = $1', [hash]);
      return row === undefined ? null : toSession(row);
    },
    close: async (hash) => void (await session.run('delete from sessions where hash = $1', [hash])),
    closeOf: async (keyHash) =>
      void (await session.run('delete from sessions where key_hash = $1', [keyHash])),
    sweep: async (now) => void (await session.run('delete from sessions where expires_at <= $1', [now])),
  };
}
