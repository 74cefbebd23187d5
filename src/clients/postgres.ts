import { Client, Pool, types } from 'pg';
import type { ClientConfig, PoolClient } from 'pg';

export interface PostgresSettings {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
}

export interface PoolSettings extends PostgresSettings {
  /** Connections at most. */
  readonly connections: number;
  /** A statement that takes longer is ended, by the server and by us. */
  readonly statementTimeoutMs: number;
  /** `set` statements for each new connection. */
  readonly session?: string;
}

/** Runs statements; inside a transaction, on its connection. */
export interface Statements {
  all(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  first(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown> | undefined>;
  /** How many rows it changed. */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
  /** Several statements in one text, without values. */
  script(sql: string): Promise<void>;
}

/** A statement and its values. */
export type Statement = readonly [sql: string, values: readonly unknown[]];

/** How long to wait for a connection: new, or given back by somebody. */
const CONNECT_TIMEOUT_MS = 10_000;
/** The client gives up a little after the server should have. */
const GRACE_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

const INT8 = 20;
const NUMERIC = 1700;

/** Ids, counts and times are within 2^53 by design; sums of them come as `numeric`. */
function typeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === INT8 || oid === NUMERIC) return Number;
  return types.getTypeParser(oid, format as 'text');
}

function clientConfig({ url, applicationName }: PostgresSettings): ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: { getTypeParser: typeParser as never },
    // Statements of one connection go out without waiting for one another's replies: a transaction of five
    // statements costs one round trip where the second does not need the first one's rows.
    pipeline: true,
  };
}

/** A pool of connections that comes back by itself when the server was away. */
export class PostgresPool implements Statements {
  readonly #pool: Pool;

  constructor(settings: PoolSettings) {
    const { session } = settings;
    this.#pool = new Pool({
      ...clientConfig(settings),
      max: settings.connections,
      min: 0,
      idleTimeoutMillis: 60_000,
      maxLifetimeSeconds: 3_600,
      statement_timeout: settings.statementTimeoutMs,
      idle_in_transaction_session_timeout: settings.statementTimeoutMs,
      query_timeout: settings.statementTimeoutMs + GRACE_MS,
      ...(session === undefined
        ? {}
        : { onConnect: (client) => void client.query(session).catch(() => undefined) }),
    });
    // An idle connection that breaks is replaced with the next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined);
  }

  async all(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.#lend((client) => rowsOf(client, sql, values));
  }

  async first(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown> | undefined> {
    return (await this.all(sql, values))[0];
  }

  async run(sql: string, values: readonly unknown[] = []): Promise<number> {
    return this.#lend(async (client) => (await client.query(prepared(sql, values))).rowCount ?? 0);
  }

  /**
   * Statements that go out together, each a transaction of its own, in order: a later one sees what an earlier one
   * committed. One round trip for all.
   */
  together(statements: readonly Statement[]): Promise<Record<string, unknown>[][]> {
    return this.#lend((client) =>
      Promise.all(statements.map(([sql, values]) => rowsOf(client, sql, values))),
    );
  }

  async script(sql: string): Promise<void> {
    await this.#lend((client) => client.query(sql));
  }

  /**
   * One transaction. Its `begin` goes out together with the first statement, and so may others that are not awaited.
   * It is undone when the work throws.
   */
  transaction<T>(work: (statements: Statements) => Promise<T>, begin = 'begin'): Promise<T> {
    return this.#lend(async (client) => {
      const begun = client.query(begin);
      // Whatever fails first is what the caller hears of.
      begun.catch(() => undefined);
      try {
        const result = await work(statementsOn(client));
        await begun;
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #lend<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      if (isConnectionError(error)) broken ??= error as Error;
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

function statementsOn(client: PoolClient): Statements {
  return {
    all: (sql, values = []) => rowsOf(client, sql, values),
    first: async (sql, values = []) => (await rowsOf(client, sql, values))[0],
    run: async (sql, values = []) => (await client.query(prepared(sql, values))).rowCount ?? 0,
    script: async (sql) => void (await client.query(sql)),
  };
}

async function rowsOf(
  client: PoolClient,
  sql: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(prepared(sql, values))).rows;
}

/** Names of prepared statements by their text. Texts are constants of the code, so there are few. */
const NAMES = new Map<string, string>();
/** Built texts (lists with filters) beyond this many are planned each time. */
const MOST_PREPARED = 500;

function prepared(
  sql: string,
  values: readonly unknown[],
): { name?: string; text: string; values: unknown[] } {
  let name = NAMES.get(sql);
  if (name === undefined && NAMES.size < MOST_PREPARED) {
    name = `p${NAMES.size + 1}`;
    NAMES.set(sql, name);
  }
  const text = { text: sql, values: values.map(storable) };
  return name === undefined ? text : { ...text, name };
}

/** PostgreSQL has no NUL in texts. In JSON it is written `\u0000`, which is a text like any other. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  if (Array.isArray(value) && typeof value.find((each) => each !== null) === 'string')
    return value.map(storable);
  return value;
}

/** The server could not be reached, or went away. Whether a statement on its way was done is not known. */
export function isConnectionError(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    /^(08\w{3}|57P0[1-3]|53300|E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_)\w*)$/.test(code) ||
    /^(Connection terminated|timeout e(xceeded|xpired)|Query read timeout|Client (has|was))/.test(message)
  );
}

/** A connection of its own, outside the pool: what listens. */
export function dedicatedClient(settings: PostgresSettings): Client {
  const client = new Client(clientConfig(settings));
  client.on('error', () => undefined);
  return client;
}
