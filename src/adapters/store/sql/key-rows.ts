import { NO_KEY_LIMITS } from '#domain/access.ts';
import type { ApiKey, KnownKey, Session } from '#domain/key.ts';
import type { NewKey } from '#ports/store/keys.ts';

/** With the name of the project beside it. */
export const KNOWN_KEY = '(select p.name from projects p where p.id = api_keys.project_id) as project';

export const KEY_COLUMNS = `id, project_id, name, prefix, scopes, addresses, limits, created_at, expires_at,
  revoked_at, last_used_at, replaced_by`;

/** In the order of the insert. */
export function keyValues(key: NewKey, now: number): (string | number | null)[] {
  const { projectId, name, prefix, hash, scopes, addresses, expiresAt, limits } = key;
  const lists = [JSON.stringify(scopes), JSON.stringify(addresses)];
  return [projectId, name, prefix, hash, ...lists, expiresAt, now, JSON.stringify(limits)];
}

export function toKey(given: unknown): ApiKey {
  const row = given as KeyRow;
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    prefix: row.prefix,
    scopes: JSON.parse(row.scopes),
    addresses: JSON.parse(row.addresses),
    limits: row.limits === null ? NO_KEY_LIMITS : JSON.parse(row.limits),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    replacedBy: row.replaced_by,
  };
}

export function toKnownKey(given: unknown): KnownKey {
  return { ...toKey(given), project: (given as { project: string | null }).project };
}

export function toSession(given: unknown): Session {
  const { key_hash, expires_at } = given as { key_hash: string; expires_at: number };
  return { keyHash: key_hash, expiresAt: expires_at };
}

interface KeyRow {
  id: number;
  project_id: number | null;
  name: string;
  prefix: string;
  scopes: string;
  addresses: string;
  limits: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  replaced_by: number | null;
}
