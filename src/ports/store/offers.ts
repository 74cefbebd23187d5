import type { ClaimedItem } from '#domain/outcome.ts';

/** What an engine needs that carries hints from the one that chooses items to those that run them. */
export interface OfferStore {
  /**
   * Chooses up to `limit` items that may run now, shared fairly, beside those that are offered already. Nothing is
   * changed and nobody is kept from claiming them: an offer is a hint.
   */
  next(request: OfferRequest): Promise<Offerable>;

  /**
   * Takes those of the items that may run now, and leases them to the worker: the claim is the start. What somebody
   * else took, or what may not run any more (paused, cancelled, at its limit), is left out.
   */
  claim(request: OfferClaim): Promise<readonly ClaimedItem[]>;
}

export interface OfferRequest {
  readonly limit: number;
  /** Items that are offered already: they are not chosen, and those still pending count as in flight. */
  readonly offered: readonly number[];
  readonly now: number;
}

export interface Offerable {
  /** Projects in turn by least in flight, then priority, then age. */
  readonly itemIds: readonly number[];
  /** Those of the offered that are still pending. */
  readonly open: readonly number[];
  /** When the next item of an open batch comes due; null when none waits for a time. */
  readonly nextDueAt: number | null;
}

export interface OfferClaim {
  readonly workerId: number;
  readonly itemIds: readonly number[];
  readonly now: number;
}
