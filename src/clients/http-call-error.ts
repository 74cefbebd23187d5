/** A call that brought no usable response: refused by us, cut off, or too slow. */
export class HttpCallError extends Error {
  override readonly name = 'HttpCallError';
  /** Whether it was refused for where it led, which no repetition cures. */
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isRefused = isRefused;
  }
}
