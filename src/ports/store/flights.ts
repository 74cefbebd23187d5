import type { Answer, Flight } from '#domain/answer.ts';

export interface FlightStore {
  /** Takes the flight for this key, or tells who has it. An expired one is taken over with a new token. */
  board(projectId: number, key: string, corpusVersion: number, times: FlightTimes): Promise<Boarded>;
  /** Keeps the lease; false when it was lost. */
  renew(flight: Flight, leaseUntil: number): Promise<boolean>;
  /** Clears flights whose lease ran out; all of them when every lease is known to be a dead process's. */
  sweep(now: number, all: boolean): Promise<void>;
  /** Ends it without an answer. */
  abandon(flight: Flight): Promise<void>;
}

export interface FlightTimes {
  readonly now: number;
  readonly leaseUntil: number;
  /** Only an answer made after this time counts as landed; absent: any that has not expired. */
  readonly madeAfter?: number;
}

export type Boarded =
  | { readonly kind: 'leader'; readonly flight: Flight }
  | { readonly kind: 'waiter'; readonly leaseUntil: number }
  /** It landed while we came: the answer is there, made at this corpus version. */
  | { readonly kind: 'landed'; readonly answer: Answer };
