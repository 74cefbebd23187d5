import { hash, randomBytes } from 'node:crypto';
import type { App } from '#core/app.ts';
import { KeyRing } from '#core/platform/key-ring.ts';
import { createKey, limitKey, ownProjectId, revokeKey, rotateKey } from '#core/platform/manage-keys.ts';
import type { MintedKey } from '#core/platform/manage-keys.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';

export interface KeyBindings {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
}

export interface BoundKeys {
  readonly verbs: Pick<App, 'keys' | 'door' | 'audit'>;
  /** Keys were changed beside its verbs. */
  forget(): void;
  start(): void;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const UPKEEP_MS = 30_000;
const SWEPT_AT_ONCE = 2_000;
const SHOWN_CHARACTERS = 10;

/** Binds keys, sessions and the record of what was done with them to their parts. */
export function bindKeys({ store, clock, log, config }: KeyBindings): BoundKeys {
  const sessionMs = config.PREHEAT_SESSION_HOURS * 3_600_000;
  const auditKeptMs = config.PREHEAT_AUDIT_KEPT_DAYS * DAY_MS;
  const ring = new KeyRing({ store, clock });
  const managing = { store, ring, clock, mint };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    verbs: {
      keys: {
        create: (by, draft) => createKey(managing, by, draft),
        rotate: (by, keyId, overlapMs) => rotateKey(managing, by, { keyId, overlapMs }),
        limit: (by, keyId, changes) => limitKey(managing, by, { keyId, changes }),
        revoke: (by, keyId) => revokeKey(managing, by, keyId),
        list: async (by, page) => store.keys.list(await ownProjectId(store, by), page),
      },
      audit: {
        note: (entry) =>
          store.audit.note(entry).catch((error: unknown) => {
            log('error', 'audit_failed', { ...entry, why: String(error) });
          }),
        list: async (by, filter, page) => store.audit.list(await ownProjectId(store, by), filter, page),
      },
      door: {
        admit: (keyHash) => ring.admit(keyHash),
        async keyOfSession(sessionHash) {
          const session = await store.sessions.find(sessionHash);
          return session === null || session.expiresAt <= clock() ? null : session.keyHash;
        },
        async openSession(sessionHash, keyHash) {
          const expiresAt = clock() + sessionMs;
          await store.sessions.open(sessionHash, { keyHash, expiresAt }, clock());
          return { expiresAt };
        },
        async closeSession(sessionHash, isEverywhere) {
          const session = isEverywhere ? await store.sessions.find(sessionHash) : null;
          if (session === null) await store.sessions.close(sessionHash);
          else await store.sessions.closeOf(session.keyHash);
        },
      },
    },
    forget: () => ring.forget(),
    start() {
      timer = every(UPKEEP_MS, log, async () => {
        await ring.flush();
        await store.sessions.sweep(clock());
        await store.audit.sweep(clock() - auditKeptMs, SWEPT_AT_ONCE);
      });
    },
    async close() {
      clearInterval(timer);
      await ring.flush().catch((error: unknown) => log('warn', 'upkeep_failed', { why: String(error) }));
    },
  };
}

/** 256 random bits: nobody guesses them, so a plain digest keeps them as well as a slow one. */
function mint(): MintedKey {
  const text = `ph_${randomBytes(32).toString('base64url')}`;
  return { text, hash: hash('sha256', text), prefix: text.slice(0, SHOWN_CHARACTERS) };
}
