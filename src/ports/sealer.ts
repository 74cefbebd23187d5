/** Keeps words unreadable where they lie. */
export interface Sealer {
  /** Name of the key that seals: it tells keys apart and says nothing about them. null: nothing is sealed any more. */
  readonly newest: string | null;
  /** Names of all keys that open. */
  readonly names: readonly string[];
  /** @param about what it belongs to; it opens only under the same words, so that nothing can be moved elsewhere */
  seal(text: string, about: string): string;
  /** What was never sealed comes back as it is. @throws Fault unavailable `sealed_with_unknown_key`, `seal_broken` */
  open(kept: string, about: string): string;
  /** With a key that opens here: what somebody wrote may look like it. */
  isSealed(kept: string): boolean;
  /** Whether it is kept as it would be kept now: sealed with the newest key, or plain where there is none. */
  isCurrent(kept: string): boolean;
}
