/**
 * Follows work through the parts of the program and on to others, as spans: what was done, when, for whom. Attributes
 * are names, numbers and codes, never a text that somebody wrote, and never a secret.
 */
export interface Tracer {
  /** False: nobody follows, and nothing needs to be gathered. */
  readonly isOn: boolean;
  /** Runs work as one span; spans that the work begins are its children. What it throws is noted, and thrown on. */
  span<T>(start: SpanStart, work: (span: Span) => Promise<T>): Promise<T>;
  /** Where in a trace this runs, as W3C `traceparent`: what is done elsewhere goes on from there. null: nobody follows. */
  here(): string | null;
  /** Sends what has ended. */
  close(): Promise<void>;
}

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'producer' | 'consumer';
  /** Where it goes on from; null: it begins a trace; absent: from where this runs. */
  readonly parent?: string | null;
  readonly attributes?: Attributes;
}

export interface Span {
  note(attributes: Attributes): void;
  /** It went wrong. @param code stable, such as a fault's */
  fail(code: string): void;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;
