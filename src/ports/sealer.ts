/** Keeps secrets unreadable where they lie. */
export interface Sealer {
  /** @param about what it belongs to; it opens only under the same words, so that nothing can be moved elsewhere */
  seal(text: string, about: string): string;
  /** What was never sealed comes back as it is. @throws Fault unavailable `sealed_with_unknown_key` */
  open(kept: string, about: string): string;
  /** Whether it is kept as it would be kept now: sealed with the newest key, or plain where there is none. */
  isCurrent(kept: string): boolean;
}
