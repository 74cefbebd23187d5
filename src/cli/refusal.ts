/** What goes wrong with a command by its own fault or the caller's: said in words, never with a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** What to do about it; one line each. */
  readonly advice: readonly string[];

  constructor(message: string, advice: readonly string[] = [], options: ErrorOptions = {}) {
    super(message, options);
    this.advice = advice;
  }
}

/** What a command leaves behind for scripts. */
export const EXIT = {
  ok: 0,
  /** Some of the work failed, or what was looked for is not there. */
  failed: 1,
  /** Nothing was done: wrong use, refused by the server, or no server. */
  refused: 2,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
  terminated: 143,
} as const;
