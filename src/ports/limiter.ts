/** Keeps calls to others within what they allow, for everything that shares the limit. */
export interface Limiter {
  /**
   * Waits for the right to make one call. The permit is given back once the call was answered: only then is it certain
   * that it has arrived, and until a window after that it counts.
   *
   * @returns null when the limit is held for longer than is waited
   * @throws the signal's reason
   */
  take(limit: Limit, wanting: Wanting): Promise<Permit | null>;
  /** Lets nobody through before this time: the other side asked for it, or does not answer. */
  hold(name: string, until: number): void;
  /** Until when nobody is let through, as far as is known here; 0 when nothing is held. */
  heldUntil(name: string): number;
}

/** At most so many calls in any window of this length. */
export interface Limit {
  readonly name: string;
  readonly calls: number;
  readonly windowMs: number;
}

export interface Wanting {
  readonly signal: AbortSignal;
  /** Somebody waits for it: goes before what is done ahead of time. */
  readonly isUrgent: boolean;
  /** A hold up to this is waited for. */
  readonly patienceMs: number;
}

export interface Permit {
  /** The call was answered, or is over without an answer. */
  done(): void;
}
