import type { ZodType, z } from 'zod';
import type { Access } from '#domain/access.ts';
import type { Call, Exchange, ServerCall } from './call.ts';
import type { Description } from './description.ts';
import { isAudited, noteChange } from './middleware/audit.ts';
import { spendCall, withLimits } from './middleware/limits.ts';
import { projectOf } from './middleware/project.ts';
import type { Parts } from './parts.ts';
import { readJson } from './read-body.ts';
import { readInput } from './read-input.ts';
import type { Reply } from './reply.ts';

export interface Inputs<Q extends ZodType, B extends ZodType> {
  readonly query?: Q;
  readonly body?: B;
  /** An absent body is read as `{}`. */
  readonly isBodyOptional?: boolean;
  /** The handler reads the body itself: `body` only describes it. */
  readonly readsBody?: boolean;
}

/** An endpoint, ready to be mounted. */
export interface Endpoint {
  readonly description: Description;
  readonly query: ZodType | undefined;
  readonly body: ZodType | undefined;
  /** The handler reads the body itself, as it comes. */
  readonly readsBody: boolean;
  readonly isOpen: boolean;
  readonly isInProject: boolean;
  /** True: for keys that reach the whole server. */
  readonly isOfServer: boolean;
  run(parts: Parts, c: Exchange, requestId: string, access: Access): Promise<Reply>;
}

type OutputOf<T extends ZodType> = ZodType extends T ? undefined : z.output<T>;

/** An endpoint inside a project, which the header `Preheat-Project` chooses. */
export function inProject<Q extends ZodType = ZodType, B extends ZodType = ZodType>(
  definition: Description &
    Inputs<Q, B> & { handle: (call: Call<OutputOf<Q>, OutputOf<B>>, parts: Parts) => Promise<Reply> },
): Endpoint {
  return {
    description: definition,
    query: definition.query,
    body: definition.body,
    readsBody: definition.readsBody === true,
    isOpen: false,
    isInProject: true,
    isOfServer: false,
    run: async (parts, c, requestId, access) => {
      const project = await projectOf(parts.app, c, access);
      const spending = spendCall(parts, c, { access, project });
      const spent = spending instanceof Promise ? await spending : spending;
      const call = { ...(await readCall(definition, { parts, c, requestId, access })), project };
      const reply = await definition.handle(call, parts);
      if (isAudited(definition)) await noteChange(definition, call, { reply, parts });
      return spent === null ? reply : withLimits(reply, spent);
    },
  };
}

/** An endpoint of the server as a whole; an open one asks for no key, one for any key says what each may see. */
export function onServer<Q extends ZodType = ZodType, B extends ZodType = ZodType>(
  definition: Description &
    Inputs<Q, B> & {
      isOpen?: boolean;
      isForAnyKey?: boolean;
      handle: (call: ServerCall<OutputOf<Q>, OutputOf<B>>, parts: Parts) => Promise<Reply>;
    },
): Endpoint {
  return {
    description: definition,
    query: definition.query,
    body: definition.body,
    readsBody: definition.readsBody === true,
    isOpen: definition.isOpen ?? false,
    isInProject: false,
    isOfServer: definition.isForAnyKey !== true && definition.isOpen !== true,
    run: async (parts, c, requestId, access) => {
      const spent = definition.isOpen === true ? null : await spendCall(parts, c, { access, project: null });
      const call = await readCall(definition, { parts, c, requestId, access });
      const reply = await definition.handle(call, parts);
      if (isAudited(definition)) await noteChange(definition, call, { reply, parts });
      return spent === null ? reply : withLimits(reply, spent);
    },
  };
}

async function readCall<Q extends ZodType, B extends ZodType>(
  inputs: Inputs<Q, B>,
  request: {
    readonly parts: Parts;
    readonly c: Exchange;
    readonly requestId: string;
    readonly access: Access;
  },
): Promise<ServerCall<OutputOf<Q>, OutputOf<B>>> {
  const { c, requestId, parts, access } = request;
  const query = inputs.query === undefined ? undefined : readInput(inputs.query, queryOf(c), 'query');
  const call = { c, requestId, access, query: query as OutputOf<Q> };
  if (inputs.body === undefined || inputs.readsBody === true) {
    return { ...call, body: undefined as OutputOf<B>, bytes: null };
  }
  if (inputs.isBodyOptional === true && hasNoBody(c)) {
    return { ...call, body: readInput(inputs.body, {}, 'body') as OutputOf<B>, bytes: new Uint8Array() };
  }
  const { value, bytes } = await readJson(c, parts.settings.limits.maxJsonBytes);
  return { ...call, body: readInput(inputs.body, value, 'body') as OutputOf<B>, bytes };
}

/** Single values as texts, repeated ones as lists. */
export function queryOf(c: Exchange): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, values] of Object.entries(c.req.queries())) {
    query[name] = values.length === 1 ? (values[0] as string) : values;
  }
  return query;
}

function hasNoBody(c: Exchange): boolean {
  const { headers } = c.req.raw;
  const length = headers.get('content-length');
  return length === '0' || (length === null && headers.get('content-type') === null);
}
