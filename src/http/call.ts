import type { HttpBindings } from '@hono/node-server';
import type { Access } from '#domain/access.ts';
import { notFound } from '#domain/fault.ts';
import { type IdKind, readId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';

/** On Node the raw request comes along; elsewhere (tests, Workers) only the web request. */
export interface Env {
  Bindings: Partial<HttpBindings>;
}

/**
 * What endpoints may see of a request: the part that Hono's context and a request that was never made into a web
 * request (`direct.ts`) have in common.
 */
export interface Exchange {
  /** Absent where nothing but a web request is known. */
  readonly env: Env['Bindings'] | undefined;
  readonly req: {
    readonly raw: RawRequest;
    readonly path: string;
    readonly url: string;
    param(name: string): string | undefined;
    queries(): Record<string, string[]>;
  };
}

/** What a web `Request` has, and no more than endpoints need. */
export interface RawRequest {
  readonly method: string;
  readonly headers: { get(name: string): string | null };
  /** Fires when the caller hangs up. */
  readonly signal: AbortSignal;
  readonly body: Request['body'];
  arrayBuffer(): Promise<ArrayBuffer>;
  /** The whole body without a copy, where the request is no web request. */
  readBody?(): Promise<Uint8Array>;
}

/** One request to the server as a whole, checked and read. */
export interface ServerCall<Query, Body> {
  readonly c: Exchange;
  readonly requestId: string;
  readonly access: Access;
  readonly query: Query;
  readonly body: Body;
  /** The JSON body as it came; null when the endpoint reads it itself. */
  readonly bytes: Uint8Array | null;
}

/** One request inside a project. */
export interface Call<Query = undefined, Body = undefined> extends ServerCall<Query, Body> {
  readonly project: Project;
}

/**
 * The id in the path.
 *
 * @throws Fault not_found when it is no id of that kind
 */
export function idIn(call: { readonly c: Exchange }, kind: IdKind): number {
  const shown = call.c.req.param(`${kind}Id`) ?? '';
  return idFrom(kind, shown);
}

/** @throws Fault not_found when the text is no id of that kind */
export function idFrom(kind: IdKind, shown: string): number {
  const id = readId(kind, shown);
  if (id === null) throw notFound(kind, shown.slice(0, 40));
  return id;
}
