import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import type { AuditPage, AuditQuery } from './wire/audit.ts';
import type {
  ApiKey,
  ChangeKey,
  CreatedKey,
  CreateKey,
  KeyPage,
  KeyQuery,
  RotateKey,
  Session,
  SignOutQuery,
} from './wire/keys.ts';

/** What applications show to be let in. */
export class KeysApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Its text comes back this once. Never repeated by itself: a second try would make a second key. */
  create(key: CreateKey, options: CallOptions = {}): Promise<CreatedKey> {
    return this.#transport.json('/keys', { ...options, method: 'POST', json: key });
  }

  list(query: KeyQuery = {}, options: CallOptions = {}): Promise<KeyPage> {
    return this.#transport.json('/keys', { ...options, query });
  }

  /** A key in its place; the old one works on for a while. */
  rotate(id: string, how: RotateKey = {}, options: CallOptions = {}): Promise<CreatedKey> {
    return this.#transport.json(`${pathOf(id)}/rotate`, { ...options, method: 'POST', json: how });
  }

  /** Changes the limits that are named; null goes back to what its project or the server has. */
  change(id: string, changes: ChangeKey, options: CallOptions = {}): Promise<ApiKey> {
    return this.#transport.json(pathOf(id), { ...options, method: 'PATCH', json: changes });
  }

  revoke(id: string, options: CallOptions = {}): Promise<ApiKey> {
    return this.#transport.json(`${pathOf(id)}/revoke`, { ...options, method: 'POST' });
  }
}

/** Who changed what. */
export class AuditApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query: AuditQuery = {}, options: CallOptions = {}): Promise<AuditPage> {
    return this.#transport.json('/audit', { ...options, query });
  }
}

/** Who is signed in, in a browser. */
export class SessionApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Who calls, and what the call may do. */
  get(options: CallOptions = {}): Promise<Session> {
    return this.#transport.json('/session', options);
  }

  /** Leaves a cookie with the browser that stands for the key. */
  signIn(key: string, options: CreateOptions = {}): Promise<Session> {
    return this.#transport.json('/session', { ...options, method: 'POST', json: { key } });
  }

  async signOut(query: SignOutQuery = {}, options: CallOptions = {}): Promise<void> {
    await this.#transport.none('/session', { ...options, method: 'DELETE', query });
  }
}

function pathOf(id: string): string {
  return `/keys/${encodeURIComponent(id)}`;
}
