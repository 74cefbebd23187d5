/** The ways a request can go wrong. `http/status-of.ts` owns the only table from these words to status codes. */
export type FaultKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'refused'
  | 'limited'
  | 'unavailable'
  | 'internal';

/** One thing wrong with an input: where it is, what is wrong, and what would be right. */
export interface Problem {
  /** Line of the input, from 1; absent when the input has no lines. */
  readonly line?: number;
  /** Path of the field, such as `items[3].question`. */
  readonly field?: string;
  /** Goes on after the place, within a sentence: no full stop. */
  readonly message: string;
}

export interface FaultDetails extends ErrorOptions {
  readonly problems?: readonly Problem[];
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
}

/** Every error thrown on purpose. `code` is a promise: it goes on the wire, into logs and into tests. */
export class Fault extends Error {
  readonly kind: FaultKind;
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: FaultKind, code: string, message: string, details: FaultDetails = {}) {
    super(message, details);
    this.name = new.target.name;
    this.kind = kind;
    this.code = code;
    this.problems = details.problems ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** A thing that is not there, or is another project's: the caller cannot tell which. */
export function notFound(thing: string, shownId: string): Fault {
  return new Fault('not_found', 'not_found', `There is no ${thing} ${shownId} in this project.`);
}
