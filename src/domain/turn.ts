/**
 * What another model said to one request that was passed through to it, kept to be said again: a whole chat, or the
 * vector of one text.
 */
export interface Turn {
  readonly projectId: number;
  /** Digest of where it was asked, the model, every message and every parameter that matters. */
  readonly key: string;
  readonly kind: TurnKind;
  readonly form: TurnForm;
  readonly model: string;
  /** As it came: one JSON text, or one for each line. */
  readonly body: string;
  /** What it cost to make, as the model counted it. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type TurnKind = 'chat' | 'embedding';

/** Whether it came whole, or in chunks of a stream. */
export type TurnForm = 'whole' | 'chunks';

/** What a caller allows the cache to do, as `Cache-Control` of a request says it. */
export interface CacheWishes {
  /** Nothing of this request is read from the cache or kept in it. */
  readonly isStoring: boolean;
  /** Ask the model, and keep what it says. */
  readonly isFresh: boolean;
  /** Oldest that may be given, in seconds; null: any that has not expired. */
  readonly maxAgeSeconds: number | null;
  /** Ask nobody. */
  readonly isOnlyCached: boolean;
}

/**
 * What the cache did: `shared` waited for the same request of somebody else, `partial` had some of the texts, `stale`
 * gave what had expired since the model could not be asked, and `bypass` was not asked to do anything.
 */
export type TurnSource = 'hit' | 'miss' | 'shared' | 'partial' | 'stale' | 'bypass';
