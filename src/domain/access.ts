import type { Rate } from './quota.ts';

/** What a key may be used for. */
export const SCOPES = ['read', 'ask', 'warm', 'ingest', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What people call a set of scopes. */
export const ROLES = {
  viewer: ['read'],
  operator: ['read', 'ask', 'warm', 'ingest'],
  admin: SCOPES,
} as const satisfies Record<string, readonly Scope[]>;
export type Role = keyof typeof ROLES;

/** How much a key may do; null: as the project or the server has it. */
export interface KeyLimits {
  readonly rates: readonly Rate[] | null;
  readonly tokensPerDay: number | null;
}

export const NO_KEY_LIMITS: KeyLimits = { rates: null, tokensPerDay: null };

/** Who calls, and what the call may touch. */
export interface Access {
  /** null: the key of the settings, or nobody in particular on an open server. */
  readonly keyId: number | null;
  readonly name: string;
  /** The only project it reaches; null: all of them, and the server itself. */
  readonly project: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** Of a key that was made; absent: there is none. */
  readonly limits?: KeyLimits;
}

/** Scopes with those that go along: whoever may change things may look at them. */
export function impliedScopes(scopes: readonly Scope[]): ReadonlySet<Scope> {
  if (scopes.includes('admin')) return new Set(SCOPES);
  const isActing = scopes.includes('warm') || scopes.includes('ingest');
  return new Set(isActing ? ['read', ...scopes] : scopes);
}

/** The role that comes closest, for the admin page. */
export function roleOf(scopes: ReadonlySet<Scope>): Role {
  if (scopes.has('admin')) return 'admin';
  return scopes.has('warm') || scopes.has('ingest') ? 'operator' : 'viewer';
}
