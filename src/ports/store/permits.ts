import type { Limit } from '../limiter.ts';

/**
 * The places of limits that all processes share: who holds one may make one call. Times are lengths, since the store's
 * own clock measures all of them: those of two processes differ by more than the limits can bear.
 */
export interface PermitStore {
  /** Takes free places; without one it tells how long to wait. An urgent want goes before those that are not. */
  take(limit: Limit, want: PermitsWanted): Promise<PermitsTaken>;
  /** Keeps places that are in use; one that was lost stays lost. */
  renew(permits: readonly CallPermit[], leaseMs: number): Promise<void>;
  /** Gives places back, to count for so long yet. */
  end(permits: readonly CallPermit[], countMs: number): Promise<void>;
  /** Gives no places of this limit for so long. A longer hold stands. */
  hold(name: string, forMs: number): Promise<void>;
  /** Gives back what processes that are gone held, to count for so long yet. */
  release(countMs: number): Promise<void>;
}

export interface PermitsWanted {
  readonly calls: number;
  readonly isUrgent: boolean;
  /** For how long they count when nobody renews or ends them: longer than the limit's window. */
  readonly leaseMs: number;
}

export interface PermitsTaken {
  readonly permits: readonly CallPermit[];
  /** No place is free sooner; 0 with a permit. */
  readonly waitMs: number;
  /** How long the limit is held yet; 0 when it is not. */
  readonly heldMs: number;
}

/** A place of a limit, and how often it was taken: that tells its holder from later ones. */
export interface CallPermit {
  readonly name: string;
  readonly place: number;
  readonly generation: number;
}

/** Until when patient wants stand back after an urgent one found no place: it asks again a moment after this wait. */
export const URGENT_MARGIN_MS = 250;
