/** Hears of what should not have happened: defects and crashes, not refusals, and not what others did wrong. */
export interface ErrorReporter {
  /**
   * @param event as the log calls it
   * @param about ids, codes and numbers; never a text that somebody wrote
   */
  report(event: string, error: unknown, about: Readonly<Record<string, string | number>>): void;
  /** Sends what is on its way, for a moment at most. */
  close(): Promise<void>;
}
