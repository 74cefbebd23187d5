import { isIP } from 'node:net';
import type { Http, OpenResponse } from '#clients/http.ts';
import { HttpCallError } from '#clients/http-call-error.ts';
import { mayBeCalled } from '#clients/public-address.ts';
import type { Courier, Parcel, Receipt } from '#ports/courier.ts';

const LONGEST_WAIT_MS = 86_400_000;

/** Posts over HTTP. A redirect is an answer like any other: it is not followed. */
export class HttpCourier implements Courier {
  readonly #http: Http;
  readonly #allowed: readonly string[];

  /** @param allowed as the client's own: what may be called although it is not of the open network */
  constructor(http: Http, allowed: readonly string[]) {
    this.#http = http;
    this.#allowed = allowed;
  }

  refusal(url: string): string | null {
    const read = URL.parse(url);
    if (read === null || !/^https?:$/.test(read.protocol)) return 'must begin with https:// or http://';
    if (read.username !== '' || read.password !== '') return 'must not hold a name or password';
    const host = read.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !mayBeCalled(host, this.#allowed))
      return 'leads into this machine or its network: PREHEAT_OUTBOUND_ALLOW names what may be called there';
    return null;
  }

  async send({ url, headers, body, signal }: Parcel): Promise<Receipt> {
    try {
      const response = await this.#http.open({ method: 'POST', url: new URL(url), headers, body, signal });
      // What it says is nobody's business here.
      response.letGo();
      return { kind: 'answered', status: response.status, retryAfterMs: waitOf(response) };
    } catch (error) {
      if (signal.aborted) return { kind: 'failed', error: 'interrupted' };
      const isRefused = error instanceof HttpCallError && error.isRefused;
      return { kind: 'failed', error: isRefused ? 'address_refused' : 'unreachable' };
    }
  }
}

function waitOf({ headers }: OpenResponse): number | null {
  const given = headers['retry-after'];
  if (given === undefined) return null;
  const ms = /^\d{1,9}$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : null;
}
