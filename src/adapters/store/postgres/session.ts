import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionError, PostgresPool } from '#clients/postgres.ts';
import type { PoolSettings, Statement, Statements } from '#clients/postgres.ts';
import { isCollision, toFault } from './faults.ts';

/** A collision is made again after this long, twice as long each time, with chance so that the two do not meet again. */
const FIRST_PAUSE_MS = 5;
const MOST_TRIES = 8;

/**
 * The store's way to PostgreSQL: what fails, fails with a Fault, and whole transactions (single statements are one)
 * that collided with others are made again.
 */
export class Session implements Statements {
  readonly #pool: PostgresPool;
  #trouble: string | null = null;

  constructor(settings: PoolSettings) {
    this.#pool = new PostgresPool(settings);
  }

  /** Why the newest change could not be made, when that was no fault of the change; null when it could. */
  get trouble(): string | null {
    return this.#trouble;
  }

  all(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]> {
    return isRead(sql)
      ? readAgain(() => this.#pool.all(sql, values))
      : this.#change(() => this.#pool.all(sql, values));
  }

  first(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown> | undefined> {
    return isRead(sql)
      ? readAgain(() => this.#pool.first(sql, values))
      : this.#change(() => this.#pool.first(sql, values));
  }

  run(sql: string, values?: readonly unknown[]): Promise<number> {
    return this.#change(() => this.#pool.run(sql, values));
  }

  script(sql: string): Promise<void> {
    return this.#change(() => this.#pool.script(sql));
  }

  /** One round trip for statements that are transactions of their own, in order. Not made again when one collides. */
  together(statements: readonly Statement[]): Promise<Record<string, unknown>[][]> {
    return this.#change(() => this.#pool.together(statements), 1);
  }

  /** The work may run several times: it must do nothing but statements. */
  transaction<T>(work: (tx: Statements) => Promise<T>): Promise<T> {
    return this.#change(() => this.#pool.transaction(work));
  }

  /** Reads of one moment. */
  snapshot<T>(work: (tx: Statements) => Promise<T>): Promise<T> {
    return readAgain(() => this.#pool.transaction(work, 'begin isolation level repeatable read read only'));
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #change<T>(attempt: () => Promise<T>, mostTries = MOST_TRIES): Promise<T> {
    try {
      const result = await retried(attempt, isCollision, mostTries);
      this.#trouble = null;
      return result;
    } catch (error) {
      const fault = toFault(error);
      if (TROUBLES.has(fault.code)) this.#trouble = fault.message;
      throw fault;
    }
  }
}

/** What says something of the store; `store_failed` may be about one call, such as a result that is too large. */
const TROUBLES = new Set(['disk_full', 'disk_failed', 'store_busy', 'store_refused', 'store_unreachable']);

/** A connection that broke while it lay idle shows only when it is used: what only reads is read again. */
const READ_TRIES = 3;

function isRead(sql: string): boolean {
  return /^\s*select\b/i.test(sql);
}

async function readAgain<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await retried(attempt, (error) => isCollision(error) || isConnectionError(error), READ_TRIES);
  } catch (error) {
    throw toFault(error);
  }
}

async function retried<T>(
  attempt: () => Promise<T>,
  isWorthIt: (error: unknown) => boolean,
  mostTries: number,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === mostTries || !isWorthIt(error)) throw error;
    }
    await sleep(FIRST_PAUSE_MS * 2 ** tries * Math.random());
  }
}
