import type { Access, KeyLimits, Scope } from '#domain/access.ts';
import { Fault, notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { isUsable } from '#domain/key.ts';
import type { ApiKey } from '#domain/key.ts';
import type { Clock } from '#ports/log.ts';
import type { NewKey } from '#ports/store/keys.ts';
import type { Store } from '#ports/store/store.ts';
import type { KeyRing } from './key-ring.ts';

export interface ManageKeysDeps {
  readonly store: Store;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** Makes the text of a new key, with its digest and the part of it that is kept to tell it by. */
  readonly mint: () => MintedKey;
}

export interface MintedKey {
  readonly text: string;
  readonly hash: string;
  readonly prefix: string;
}

export interface KeyDraft {
  readonly name: string;
  /** null: every project. */
  readonly project: string | null;
  readonly scopes: readonly Scope[];
  readonly addresses: readonly string[];
  readonly expiresAt: number | null;
  readonly limits: KeyLimits;
}

/** With the text, this once. */
export interface CreatedKey {
  readonly key: ApiKey;
  readonly text: string;
}

/** @throws Fault forbidden `beyond_own_key` when it would reach further than the caller's own; not_found */
export async function createKey(deps: ManageKeysDeps, by: Access, draft: KeyDraft): Promise<CreatedKey> {
  if (by.project !== null && draft.project !== by.project) {
    throw new Fault(
      'forbidden',
      'beyond_own_key',
      `Your key reaches the project "${by.project}" only, and so must the keys that you make: name that project.`,
    );
  }
  const { text, hash, prefix } = deps.mint();
  const { name, scopes, addresses, expiresAt, limits } = draft;
  const projectId = draft.project === null ? null : await projectIdOf(deps.store, draft.project);
  const key: NewKey = { projectId, name, prefix, hash, scopes, addresses, expiresAt, limits };
  return { key: await deps.store.keys.create(key, deps.clock()), text };
}

/**
 * A key with the same rights in place of this one, which works on for `overlapMs`.
 *
 * @throws Fault not_found; conflict `key_not_usable`
 */
export async function rotateKey(
  deps: ManageKeysDeps,
  by: Access,
  { keyId, overlapMs }: { readonly keyId: number; readonly overlapMs: number },
): Promise<CreatedKey> {
  const old = await getKey(deps.store, by, keyId);
  const now = deps.clock();
  const { text, hash, prefix } = deps.mint();
  const { projectId, name, scopes, addresses, limits } = old;
  // It lives as long as the old one was meant to from its beginning, not only what is left of that.
  const expiresAt = old.expiresAt === null ? null : now + (old.expiresAt - old.createdAt);
  const key: NewKey = { projectId, name, prefix, hash, scopes, addresses, expiresAt, limits };
  const created =
    isUsable(old, now) && old.replacedBy === null
      ? await deps.store.keys.rotate(keyId, key, now, now + overlapMs)
      : null;
  if (created === null) {
    throw new Fault(
      'conflict',
      'key_not_usable',
      `Key ${showId('key', keyId)} is revoked, expired or replaced already: create a new one.`,
    );
  }
  deps.ring.forget();
  return { key: created, text };
}

/** @throws Fault not_found */
export async function revokeKey(deps: ManageKeysDeps, by: Access, keyId: number): Promise<ApiKey> {
  await getKey(deps.store, by, keyId);
  const key = await deps.store.keys.revoke(keyId, deps.clock());
  deps.ring.forget();
  if (key === null) throw notFound('key', showId('key', keyId));
  return key;
}

/**
 * Puts the named limits in place of what was there; other processes know within a moment.
 *
 * @throws Fault not_found
 */
export async function limitKey(
  deps: ManageKeysDeps,
  by: Access,
  { keyId, changes }: { readonly keyId: number; readonly changes: Partial<KeyLimits> },
): Promise<ApiKey> {
  const old = await getKey(deps.store, by, keyId);
  const key = await deps.store.keys.limit(keyId, { ...old.limits, ...changes });
  deps.ring.forget();
  if (key === null) throw notFound('key', showId('key', keyId));
  return key;
}

/** @throws Fault not_found, also for a key of another project */
async function getKey(store: Store, by: Access, keyId: number): Promise<ApiKey> {
  const key = await store.keys.find(keyId);
  const isVisible =
    key !== null && (by.project === null || key.projectId === (await ownProjectId(store, by)));
  if (!isVisible) throw notFound('key', showId('key', keyId));
  return key;
}

/** Which keys the caller may see: null stands for all. */
export async function ownProjectId(store: Store, by: Access): Promise<number | null> {
  return by.project === null ? null : projectIdOf(store, by.project);
}

async function projectIdOf(store: Store, name: string): Promise<number> {
  const project = await store.projects.findByName(name);
  if (project === null) {
    const what = `There is no project "${name}": create it with POST /api/v1/projects.`;
    throw new Fault('not_found', 'unknown_project', what);
  }
  return project.id;
}
