import type { KeyLimits } from '#domain/access.ts';
import type { ApiKey, KnownKey, Session } from '#domain/key.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/** Keys and sessions are kept as digests (SHA-256, hex): who reads the store can use neither. */
export interface KeyStore {
  create(key: NewKey, now: number): Promise<ApiKey>;
  /** A key in place of another, which expires at `oldUntil` at the latest; null when that one is not usable. */
  rotate(keyId: number, key: NewKey, now: number, oldUntil: number): Promise<ApiKey | null>;
  /** Also ends its sessions. Null when there is none; a second time changes nothing. */
  revoke(keyId: number, now: number): Promise<ApiKey | null>;
  /** Null when there is none. */
  limit(keyId: number, limits: KeyLimits): Promise<ApiKey | null>;
  find(keyId: number): Promise<ApiKey | null>;
  findByHash(hash: string): Promise<KnownKey | null>;
  /** Of one project, or null: all keys; newest first. */
  list(projectId: number | null, page: PageRequest): Promise<Page<ApiKey>>;
  /** Notes when keys were used last. */
  touch(uses: readonly { readonly keyId: number; readonly at: number }[]): Promise<void>;
}

export interface SessionStore {
  open(hash: string, session: Session, now: number): Promise<void>;
  find(hash: string): Promise<Session | null>;
  close(hash: string): Promise<void>;
  /** Signs out everywhere. */
  closeOf(keyHash: string): Promise<void>;
  /** Forgets those that have expired. */
  sweep(now: number): Promise<void>;
}

export type NewKey = Pick<
  ApiKey,
  'projectId' | 'name' | 'prefix' | 'scopes' | 'addresses' | 'expiresAt' | 'limits'
> & {
  readonly hash: string;
};
