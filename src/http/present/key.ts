import { roleOf } from '#domain/access.ts';
import type { Access } from '#domain/access.ts';
import { showId } from '#domain/ids.ts';
import { showRate } from '#domain/quota.ts';
import { isUsable } from '#domain/key.ts';
import type { ApiKey } from '#domain/key.ts';
import type * as wire from '#wire/index.ts';
import { iso, isoOrNull } from './value.ts';

/** @param projects names by id */
export function presentKey(key: ApiKey, projects: ReadonlyMap<number, string>, now: number): wire.ApiKey {
  return {
    id: showId('key', key.id),
    name: key.name,
    prefix: key.prefix,
    project: key.projectId === null ? null : (projects.get(key.projectId) ?? null),
    scopes: [...key.scopes],
    addresses: [...key.addresses],
    tokensPerDay: key.limits.tokensPerDay,
    rates: key.limits.rates?.map(showRate) ?? null,
    createdAt: iso(key.createdAt),
    expiresAt: isoOrNull(key.expiresAt),
    revokedAt: isoOrNull(key.revokedAt),
    lastUsedAt: isoOrNull(key.lastUsedAt),
    replacedBy: key.replacedBy === null ? null : showId('key', key.replacedBy),
    isUsable: isUsable(key, now),
  };
}

export function presentAccess(
  access: Access,
  { isOpen, expiresInSeconds }: Pick<wire.Session, 'isOpen' | 'expiresInSeconds'>,
): wire.Session {
  const { name, project, scopes } = access;
  return { name, role: roleOf(scopes), scopes: [...scopes], project, isOpen, expiresInSeconds };
}
