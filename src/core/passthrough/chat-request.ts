import type { JsonObject } from '#domain/json.ts';
import type { CacheWishes } from '#domain/turn.ts';
import type { Relay } from '#ports/relay.ts';

export interface ChatAsked {
  readonly projectId: number;
  /** The key that asks, which pays beside its project. */
  readonly keyId: number | null;
  /** Goes along to the upstream. */
  readonly requestId: string | null;
  readonly model: string;
  /** As it came: messages and parameters, known to us or not. */
  readonly request: JsonObject;
  readonly isStream: boolean;
  /** The caller wants the usage as the last chunk. */
  readonly isWithUsage: boolean;
  readonly wishes: CacheWishes;
  readonly signal: AbortSignal;
}

/** One request on its way: with a key when the cache may have a part in it. */
export interface ChatRequest extends ChatAsked {
  readonly relay: Relay;
  readonly key: string | null;
}
