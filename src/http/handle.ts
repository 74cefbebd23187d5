import type { Access, Scope } from '#domain/access.ts';
import { Fault } from '#domain/fault.ts';
import type { Exchange } from './call.ts';
import { checkOrigin, type Gate } from './middleware/authenticate.ts';
import { limitHeadersOf } from './middleware/limits.ts';
import { allowedOrigin, corsHeaders } from './middleware/cors.ts';
import { requestIdOf } from './middleware/request-id.ts';
import { isOpenAiPath, openAiErrorReply } from './openai-error.ts';
import { problemReply, type Reply } from './reply.ts';
import type { HttpSettings } from './settings.ts';

/** What a caller must bring. */
export interface Need {
  /** Its path as a pattern, without ids. */
  readonly route: string;
  /** True: no key at all. */
  readonly isOpen: boolean;
  readonly isUnsafe: boolean;
  /** null: any key. */
  readonly scope: Scope | null;
  /** True: a key that reaches the whole server. */
  readonly isOfServer: boolean;
}

export type Run = (c: Exchange, requestId: string, access: Access) => Promise<Reply> | Reply;

/** A request from its first check to its reply, refusals and failures included; never throws. */
export type Handle = (c: Exchange) => Promise<Reply>;

/**
 * Makes the handlers: request id, origin, key, the endpoint, errors and the log line, as plain calls. A chain of
 * middleware would cost a promise and a closure each, at every request, the warm ask included.
 */
export function createHandler(settings: HttpSettings, gate: Gate): (need: Need, run: Run) => Handle {
  const answer = async (need: Need, run: Run, c: Exchange, requestId: string): Promise<Reply> => {
    const startedAt = performance.now();
    const origin = allowedOrigin(c, settings.corsOrigins);
    let reply: Reply;
    let error: unknown;
    try {
      if (need.isUnsafe && origin === null) checkOrigin(c);
      const entered = need.isOpen ? NOBODY : gate.enter(c, need.isUnsafe);
      const access = entered instanceof Promise ? await entered : entered;
      if (!need.isOpen) checkNeed(need, access);
      reply = await run(c, requestId, access);
    } catch (thrown) {
      error = thrown;
      const show = isOpenAiPath(c.req.path) ? openAiErrorReply : problemReply;
      reply = show(thrown, requestId, limitHeadersOf(thrown));
    }
    settings.log({
      requestId,
      method: c.req.raw.method,
      path: c.req.path,
      route: need.route,
      status: reply.status,
      tookMs: performance.now() - startedAt,
      ...(error === undefined ? undefined : blame(error)),
    });
    const more = origin === null ? undefined : corsHeaders(origin);
    return { ...reply, headers: { ...reply.headers, ...more, 'X-Request-Id': requestId } };
  };
  const { follow } = settings;
  return (need, run) => {
    // Pages, and whoever looks whether we live, are not worth a trace.
    if (follow === undefined || need.isOpen) return (c) => answer(need, run, c, requestIdOf(c));
    return (c) => {
      const requestId = requestIdOf(c);
      const { method, headers } = c.req.raw;
      const traceParent = headers.get('traceparent');
      return follow({ requestId, method, route: need.route, traceParent }, () =>
        answer(need, run, c, requestId),
      );
    };
  };
}

const NOBODY: Access = { keyId: null, name: 'nobody', project: null, scopes: new Set() };

/** @throws Fault `scope_missing`, `server_key_needed` */
function checkNeed({ scope, isOfServer }: Need, { scopes, project, name }: Access): void {
  if (scope !== null && !scopes.has(scope)) {
    throw new Fault(
      'forbidden',
      'scope_missing',
      `This takes a key with the scope "${scope}"; "${name}" has it not.`,
    );
  }
  if (isOfServer && project !== null) {
    const message = `This is about the whole server; the key "${name}" reaches the project "${project}" only.`;
    throw new Fault('forbidden', 'server_key_needed', message);
  }
}

/** A refusal is told by its code; what broke is told in full. */
function blame(error: unknown): { code: string; error?: unknown } {
  if (!(error instanceof Fault)) return { code: 'internal', error };
  return error.kind === 'internal' || error.kind === 'unavailable'
    ? { code: error.code, error }
    : { code: error.code };
}
