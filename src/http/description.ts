import type { ZodType } from 'zod';
import type { Scope } from '#domain/access.ts';

/** What an endpoint is, for the router and for the OpenAPI document: one description for both. */
export interface Description {
  readonly method: Method;
  /** As OpenAPI writes it: `/batches/{batchId}`. Under `/api/v1`, unless it is absolute. */
  readonly path: string;
  /** True: not under `/api/v1`. */
  readonly isAbsolute?: boolean;
  readonly tag: string;
  readonly summary: string;
  /** What the key must be for; when absent, `read` to look and `admin` to change. null: any key. */
  readonly scope?: Scope | null;
  /** True: it changes nothing that anybody would look up later. */
  readonly isUnaudited?: true;
  readonly description?: string;
  /** JSON bodies by status; a text names another content type. */
  readonly replies: Readonly<
    Record<number, ZodType | 'text/event-stream' | 'application/x-ndjson' | 'text/plain' | null>
  >;
  /** Takes an `Idempotency-Key`. */
  readonly isCreating?: boolean;
  /** Also (or only) takes multipart/form-data with these fields and files. */
  readonly form?: ZodType;
}

/** What a key must be for. */
export function scopeOf({ scope, method }: Description): Scope | null {
  return scope === undefined ? (method === 'get' ? 'read' : 'admin') : scope;
}

type Method = 'get' | 'post' | 'patch' | 'delete';
