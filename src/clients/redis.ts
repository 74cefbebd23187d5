import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { Redis } from 'ioredis';
import { explainRedis } from './explain-redis.ts';

export interface RedisSettings {
  readonly url: string;
  /** How the connection calls itself in CLIENT LIST. */
  readonly name: string;
  /** A command that was not answered for so long has failed. */
  readonly commandTimeoutMs: number;
  /**
   * Commands for a server that is away wait for it, up to their time, instead of failing at once. For BullMQ's worker,
   * which would try again without a pause; it says things that may be said twice.
   */
  readonly isPatient?: boolean;
}

const CONNECT_TIMEOUT_MS = 2_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * One connection, to Redis or Valkey. It reconnects by itself; commands for a server that is away fail at once and do
 * not pile up. TLS by `rediss://`, user and password in the URL.
 */
export function openRedis({ url, name, commandTimeoutMs, isPatient = false }: RedisSettings): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    lazyConnect: true,
    enableOfflineQueue: isPatient,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: commandTimeoutMs,
    // Otherwise what was sent and not answered when the connection broke has failed.
    maxRetriesPerRequest: isPatient ? null : 0,
    autoResendUnfulfilledCommands: isPatient,
    // Whoever listens subscribes when it is ready: ioredis would do so too, and leave a failure of that to end the process.
    autoResubscribe: false,
    retryStrategy: (tries) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10)),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  // Each failure comes back from its command; without a listener it would end the process.
  redis.on('error', () => undefined);
  return redis;
}

/** Resolves once it takes commands; rejects when it does not within the time. */
export async function whenReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let why = 'it does not answer';
  const note = (error: Error): void => void (why = explainRedis(error));
  const timer = setTimeout(() => reject(new Error(`Redis cannot be reached: ${why}.`)), timeoutMs);
  redis.once('ready', resolve);
  redis.on('error', note);
  if (redis.status === 'wait') redis.connect().catch(note);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    redis.off('ready', resolve);
    redis.off('error', note);
  }
}

/** Ends it without waiting for a server that may be away. */
export function closeRedis(redis: Redis): void {
  redis.disconnect();
}

/** What a server says of itself. */
export interface RedisFacts {
  readonly product: 'redis' | 'valkey';
  readonly version: string;
  readonly role: string;
  readonly usedBytes: number;
  /** 0: no limit but the machine's memory. */
  readonly maxBytes: number;
  readonly policy: string;
  /** Keys that it threw out for want of memory since it started. */
  readonly evictedKeys: number;
  readonly isAppendOnly: boolean;
  readonly clients: number;
  readonly commandsPerSecond: number;
  /** How long it took to say so. */
  readonly latencyMs: number;
}

const SILENT = new Error('it does not answer');

const FAILURES_TO_OPEN = 3;
const TRIED_AGAIN_AFTER_MS = 500;

/**
 * A connection behind a circuit breaker: after a few failures in a row commands fail without being sent, and one is
 * let through now and then to see whether the server is back.
 */
export class RedisLink {
  readonly redis: Redis;
  readonly #breaker = circuitBreaker(handleWhen(isOfTheServer), {
    halfOpenAfter: TRIED_AGAIN_AFTER_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });

  /** Why the connection was lost, or not had, the last time. */
  #lost: Error | null = null;

  constructor(settings: RedisSettings) {
    this.redis = openRedis(settings);
    this.redis.on('error', (error: Error) => void (this.#lost = error));
    this.redis.connect().catch(() => undefined);
  }

  get isUp(): boolean {
    return this.#breaker.state === CircuitState.Closed && this.redis.status === 'ready';
  }

  run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#breaker.execute(() => command(this.redis));
  }

  /** Resolves once it takes commands, or when the time is over. */
  async ready(timeoutMs: number): Promise<void> {
    await whenReady(this.redis, timeoutMs).catch(() => undefined);
  }

  /** Not through the breaker: it finds out what that is to know. */
  async write(key: string, ttlMs: number): Promise<void> {
    await this.#directly(() => this.redis.set(key, '1', 'PX', ttlMs));
  }

  async facts(): Promise<RedisFacts> {
    const startedAt = performance.now();
    const text = await this.#directly(() => this.redis.info());
    const latencyMs = Math.round((performance.now() - startedAt) * 100) / 100;
    return readInfo(text, latencyMs);
  }

  close(): void {
    closeRedis(this.redis);
  }

  /** Without a connection, what fails is not the command. */
  async #directly<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      const cause = this.redis.status === 'ready' ? (error as Error) : (this.#lost ?? SILENT);
      throw new Error(explainRedis(cause), { cause });
    }
  }
}

/** What a server says of one command (it is full, the script is wrong) does not mean that it is away. */
function isOfTheServer(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return error.name !== 'ReplyError' || /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN)/.test(error.message);
}

/** @param text the answer to INFO */
export function readInfo(text: string, latencyMs: number): RedisFacts {
  const fields = new Map(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^(\w+):(.*?)\r?$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value ?? ''] as const];
    }),
  );
  const number = (name: string): number => Number(fields.get(name) ?? 0);
  const valkey = fields.get('valkey_version');
  return {
    product: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? fields.get('redis_version') ?? 'unknown',
    role: fields.get('role') ?? 'unknown',
    usedBytes: number('used_memory'),
    maxBytes: number('maxmemory'),
    policy: fields.get('maxmemory_policy') ?? 'unknown',
    evictedKeys: number('evicted_keys'),
    isAppendOnly: number('aof_enabled') === 1,
    clients: number('connected_clients'),
    commandsPerSecond: number('instantaneous_ops_per_sec'),
    latencyMs,
  };
}

/** Where the policy cannot be read, as on some managed servers, the best is hoped for. */
export function mayEvict({ policy }: RedisFacts): boolean {
  return policy !== 'noeviction' && policy !== 'unknown';
}

/** What is wrong with it for its use: a queue must keep everything, a cache may throw out. */
export function warningsOf(facts: RedisFacts, use: 'queue' | 'cache'): string[] {
  return use === 'queue' ? warningsOfQueue(facts) : warningsOfCache(facts);
}

function warningsOfQueue(facts: RedisFacts): string[] {
  const { policy, maxBytes, isAppendOnly, role } = facts;
  return [
    ...(mayEvict(facts) ? [`maxmemory-policy is ${policy}: set it to noeviction`] : []),
    ...(maxBytes === 0 ? ['maxmemory is not set: set it, so that a full machine is no surprise'] : []),
    ...(isAppendOnly
      ? []
      : ['appendonly is off: a restart forgets the offers, which costs a moment each time']),
    ...(role === 'slave' ? ['it is a replica: name the primary'] : []),
  ];
}

function warningsOfCache({ policy, maxBytes }: RedisFacts): string[] {
  if (maxBytes === 0) return ['maxmemory is not set: set it, and maxmemory-policy allkeys-lru'];
  return policy === 'noeviction'
    ? ['maxmemory-policy is noeviction: set it to allkeys-lru, or it stops taking answers when it is full']
    : [];
}
