import type { KeyLimits, Scope } from './access.ts';

/** A key that an application or a person shows. Its text is not kept, only a digest of it. Times are epoch ms. */
export interface ApiKey {
  readonly id: number;
  /** null: it reaches every project. */
  readonly projectId: number | null;
  readonly name: string;
  /** How its text begins, so that people can tell keys apart. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  /** Addresses and subnets (`10.0.0.0/8`) it may be used from; empty: any. */
  readonly addresses: readonly string[];
  readonly limits: KeyLimits;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** To the minute. */
  readonly lastUsedAt: number | null;
  /** The key that came in its place; it works on until it expires. */
  readonly replacedBy: number | null;
}

/** A key as it is found by its digest: with the name of its project. */
export interface KnownKey extends ApiKey {
  readonly project: string | null;
}

/** Somebody who signed in to the admin page with a key. */
export interface Session {
  /** Digest of the key it was opened with: a session ends with its key. */
  readonly keyHash: string;
  readonly expiresAt: number;
}

/** Whether it may be used now. */
export function isUsable(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);
}
