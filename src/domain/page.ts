/** One page of a list, and where the next begins; null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  /** Opaque: what an earlier page gave as `next`. */
  readonly cursor: string | null;
}

export const MAX_PAGE = 1_000;
