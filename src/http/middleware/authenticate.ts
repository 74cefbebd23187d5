import { hash, timingSafeEqual } from 'node:crypto';
import type { App } from '#core/app.ts';
import type { Access } from '#domain/access.ts';
import { SCOPES } from '#domain/access.ts';
import { Fault } from '#domain/fault.ts';
import type { Exchange } from '../call.ts';
import { isOpenAiPath } from '../openai-error.ts';
import { addressOf, isAmong, type TrustedProxies } from './address.ts';
import { sessionIn } from './session-cookie.ts';

/** Finds out who calls. */
export interface Gate {
  /** @throws Fault `key_missing`, `key_wrong`, `foreign_address`, `foreign_host`, `cross_origin` */
  enter(c: Exchange, isUnsafe: boolean): Access | Promise<Access>;
  /** Who a key belongs to, shown from where the request comes. @throws Fault as `enter` */
  admit(c: Exchange, key: string): Promise<{ readonly access: Access; readonly keyHash: string }>;
  /** What a server without keys lets everybody on this machine do; null where keys are asked for. */
  readonly open: Access | null;
}

export interface GateSettings {
  readonly adminKey: string | null;
  readonly trustedProxies: TrustedProxies;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
const EVERYTHING = { keyId: null, project: null, scopes: new Set(SCOPES) } as const;
/** Whoever shows the key of the settings. */
const ADMIN: Access = { ...EVERYTHING, name: 'PREHEAT_ADMIN_KEY' };
/** Nobody in particular, on this machine. */
const OPEN: Access = { ...EVERYTHING, name: 'this machine' };

/**
 * Makes the gate: with an admin key every request must show it, another key, or a session; without one, requests that
 * name this machine get in, so that a foreign name that was made to point here (DNS rebinding) does not.
 *
 * Keys are compared by their digests, the admin key in constant time: neither bytes nor length can be learned from
 * the clock.
 */
export function createGate({ adminKey, trustedProxies }: GateSettings, door: App['door']): Gate {
  const wanted = adminKey === null ? null : digest(adminKey);

  // Clients of OpenAI's protocol must be given some key: where none is asked for, one that was never ours is as good as none.
  const admitStranger = (c: Exchange): Access => {
    const isMadeUp = wanted === null && isOpenAiPath(c.req.path) && keyOf(c)?.startsWith('ph_') === false;
    if (!isMadeUp) throw new Fault('unauthorized', 'key_wrong', 'The key is not known here.');
    checkHost(c);
    return OPEN;
  };

  const admit = (c: Exchange, found: Buffer): Access | Promise<Access> => {
    if (wanted !== null && timingSafeEqual(found, wanted)) return ADMIN;
    const admitted = door.admit(found.toString('hex'));
    const check = (known: Awaited<typeof admitted>): Access => {
      if (known === null) return admitStranger(c);
      if (known.addresses.length > 0) checkAddress(addressOf(c, trustedProxies), known.addresses);
      return known.access;
    };
    return admitted instanceof Promise ? admitted.then(check) : check(admitted);
  };

  const resume = async (c: Exchange, session: string): Promise<Access> => {
    const keyHash = await door.keyOfSession(hash('sha256', session));
    if (keyHash === null) {
      throw new Fault('unauthorized', 'session_over', 'You are not signed in any more: sign in again.');
    }
    return admit(c, Buffer.from(keyHash, 'hex'));
  };

  return {
    open: adminKey === null ? OPEN : null,
    enter(c, isUnsafe) {
      const shown = keyOf(c);
      if (shown !== null) return admit(c, digest(shown));
      const session = sessionIn(c);
      if (session !== null) {
        if (isUnsafe) checkOwnPage(c);
        return resume(c, session);
      }
      if (wanted !== null) throw keyMissing();
      checkHost(c);
      return OPEN;
    },
    async admit(c, key) {
      const found = digest(key);
      return { access: await admit(c, found), keyHash: found.toString('hex') };
    },
  };
}

/**
 * Refuses what a foreign page makes a browser send: forms need no permission of ours to be posted across origins.
 *
 * @throws Fault `cross_origin`
 */
export function checkOrigin(c: Exchange): void {
  const { headers } = c.req.raw;
  const origin = headers.get('origin');
  if (origin === null) return;
  const host = headers.get('host') ?? new URL(c.req.url).host;
  if (origin.slice(origin.indexOf('://') + 3).toLowerCase() === host.toLowerCase()) return;
  throw crossOrigin();
}

/** A cookie goes along by itself, so that a change by one must come from our own page, and say so. */
function checkOwnPage(c: Exchange): void {
  const { headers } = c.req.raw;
  // Another site's page that may call shows a key: the cookie is not for it.
  checkOrigin(c);
  if (headers.get('origin') === null && headers.get('sec-fetch-site') !== 'same-origin') throw crossOrigin();
}

function crossOrigin(): Fault {
  return new Fault('forbidden', 'cross_origin', 'Pages of another origin may not change anything here.');
}

function keyMissing(): Fault {
  const how = 'Send it as "Authorization: Bearer <key>" or in the header Preheat-Key.';
  return new Fault('unauthorized', 'key_missing', `This server asks for a key. ${how}`);
}

function checkAddress(address: string | null, allowed: readonly string[]): void {
  if (address !== null && isAmong(address, allowed)) return;
  throw new Fault(
    'forbidden',
    'foreign_address',
    `This key may not be used from ${address ?? 'an unknown address'}: its list of addresses does not have it.`,
  );
}

function checkHost(c: Exchange): void {
  const host = c.req.raw.headers.get('host');
  if (host === null || LOOPBACK.test(host)) return;
  const advice = 'Set PREHEAT_ADMIN_KEY to let requests in under another name.';
  throw new Fault(
    'forbidden',
    'foreign_host',
    `Without an admin key the server answers to localhost only. ${advice}`,
  );
}

function keyOf(c: Exchange): string | null {
  const { headers } = c.req.raw;
  const authorization = headers.get('authorization');
  if (authorization !== null && /^bearer /i.test(authorization)) return authorization.slice(7).trim();
  return headers.get('preheat-key');
}

function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
