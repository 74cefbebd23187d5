import { isIP } from 'node:net';
import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { buildConnector } from 'undici';
import { HttpCallError } from './http-call-error.ts';
import { mayBeCalled } from './public-address.ts';

export interface Reach {
  /** Origins that a setting names: they may be on this machine or network, others may not. */
  readonly trustedOrigins: readonly string[];
  /** Addresses and subnets that may be called although they are not of the open network. */
  readonly allowed?: readonly string[];
  /** How names become addresses; the system's way when absent. */
  readonly resolve?: Resolve;
}

export type Resolve = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const CONNECT_MS = 10_000;

/**
 * Checks where a connection leads before it is made, and connects to the very address that was checked: a second
 * look-up, which may say something else, does not happen. A `lookup` hook alone would not see IP literals, and checking
 * the name beforehand would not bind the address that is connected to.
 */
export function guardedConnector(reach: Reach): buildConnector.connector {
  const trusted = new Set(reach.trustedOrigins.map((origin) => new URL(origin).host));
  const { allowed = [] } = reach;
  const open = buildConnector({ timeout: CONNECT_MS });
  const guarded = buildConnector({ timeout: CONNECT_MS, lookup: checkedLookup(reach) as never });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const port = options.port === '' ? defaultPort(options.protocol) : options.port;
    const isTrusted = trusted.has(options.host ?? '') || trusted.has(`${options.hostname}:${port}`);
    if (isTrusted) return open(options, callback);
    if (isIP(host) !== 0 && !mayBeCalled(host, allowed)) return callback(notPublic(host), null);
    guarded(options, callback);
  };
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}

type LookupCallback = (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void;

/** Resolves a name; every address must be one that may be called. */
function checkedLookup({ allowed = [], resolve = resolveBySystem }: Reach) {
  return (host: string, options: { all?: boolean }, callback: LookupCallback): void => {
    resolve(host, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => !mayBeCalled(address, allowed)))
        return callback(notPublic(host), []);
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

function resolveBySystem(host: string, done: Parameters<Resolve>[1]): void {
  lookup(host, { all: true }, done);
}

function notPublic(host: string): HttpCallError {
  return new HttpCallError(`${host} is not on the open network, and is not called.`, true);
}
