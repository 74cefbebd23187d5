import { impliedScopes } from '#domain/access.ts';
import type { Access } from '#domain/access.ts';
import { isUsable } from '#domain/key.ts';
import type { KnownKey } from '#domain/key.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

export interface KeyRingDeps {
  readonly store: Pick<Store, 'keys'>;
  readonly clock: Clock;
}

/** A key as the door needs it. */
export interface Admitted {
  readonly access: Access;
  /** From where; empty: from anywhere. */
  readonly addresses: readonly string[];
}

/** A revoked key works on for so long in other processes; in this one it stops at once. */
const KEPT_MS = 1_000;
const MOST_KEPT = 10_000;
/** Last uses are told to the minute, and written as seldom. */
const TOUCH_MS = 60_000;

/** Finds out who a key or a session belongs to, and remembers it for a moment: a warm ask is faster than a look-up. */
export class KeyRing {
  readonly #deps: KeyRingDeps;
  readonly #kept = new Map<string, { readonly key: KnownKey | null; readonly until: number }>();
  readonly #touched = new Map<number, number>();
  #uses = new Map<number, number>();

  constructor(deps: KeyRingDeps) {
    this.#deps = deps;
  }

  /**
   * Null when there is no such key, or it may not be used any more.
   *
   * @param hash SHA-256 of the key's text, hex
   */
  admit(hash: string): Admitted | null | Promise<Admitted | null> {
    const now = this.#deps.clock();
    const kept = this.#kept.get(hash);
    if (kept !== undefined && kept.until > now) return this.#admitted(kept.key, now);
    return this.#look(hash, now);
  }

  /** Forgets what it remembers: a key was changed here. */
  forget(): void {
    this.#kept.clear();
  }

  /** Writes when keys were used last. */
  async flush(): Promise<void> {
    if (this.#uses.size === 0) return;
    const uses = [...this.#uses].map(([keyId, at]) => ({ keyId, at }));
    this.#uses = new Map();
    await this.#deps.store.keys.touch(uses);
  }

  async #look(hash: string, now: number): Promise<Admitted | null> {
    const key = await this.#deps.store.keys.findByHash(hash);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(hash, { key, until: now + KEPT_MS });
    return this.#admitted(key, now);
  }

  #admitted(key: KnownKey | null, now: number): Admitted | null {
    if (key === null || !isUsable(key, now)) return null;
    if (now - (this.#touched.get(key.id) ?? 0) >= TOUCH_MS) {
      this.#touched.set(key.id, now);
      this.#uses.set(key.id, now);
    }
    return {
      access: {
        keyId: key.id,
        name: key.name,
        project: key.project,
        scopes: impliedScopes(key.scopes),
        limits: key.limits,
      },
      addresses: key.addresses,
    };
  }
}
