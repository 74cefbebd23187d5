import { isConnectionError } from '#clients/postgres.ts';
import { Fault } from '#domain/fault.ts';

const MOST_TRIES = 3;

/** A connection that broke while it lay idle shows only when it is used: then another is taken. */
export async function reached<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || !isConnectionError(error)) throw toFault(error);
    }
  }
}

function toFault(error: unknown): Fault {
  const why = error instanceof Error ? error.message : String(error);
  const message = `The vectors in PostgreSQL cannot be searched (${why}): see that the server of DATABASE_URL runs and is not too busy, then try again.`;
  return new Fault('unavailable', 'vectors_unreachable', message, { cause: error, retryAfterSeconds: 1 });
}
