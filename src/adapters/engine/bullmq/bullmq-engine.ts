import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { closeRedis, mayEvict, openRedis, readInfo, whenReady } from '#clients/redis.ts';
import { Fault } from '#domain/fault.ts';
import type { Claimed, Engine, EngineHands } from '#ports/engine.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { ClaimRequest, ItemStore } from '#ports/store/items.ts';
import type { OfferStore } from '#ports/store/offers.ts';
import { QUEUE } from './job.ts';
import type { OfferJob } from './job.ts';
import { Offering } from './offering.ts';
import { Taking } from './taking.ts';

export interface BullMqEngineDeps {
  readonly url: string;
  /** Begins every key: installations that share a server have different ones. */
  readonly prefix: string;
  readonly offers: OfferStore;
  readonly items: Pick<ItemStore, 'release'>;
  readonly hands: EngineHands;
  readonly workerId: () => number;
  readonly clock: Clock;
  readonly log: Log;
  /** Looks for work at least this often: what another process queued wakes nobody here. */
  readonly pollMs: number;
  /** Told that a claim failed: it may have been made all the same. */
  readonly onFailure?: () => void;
}

const READY_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 2_000;
/** Longer than BullMQ's blocking read. */
const BLOCKING_TIMEOUT_MS = 5_000;
const WATCH_MS = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** Carries offers from the process that chooses items to those that have room for them, through BullMQ on Redis. */
export class BullMqEngine implements Engine {
  readonly mode = 'bullmq';
  readonly #deps: BullMqEngineDeps;
  #running: Running | null = null;
  /** Stopped, and the jobs of what is in hand not ended. */
  readonly #leaving = new Map<Running, Promise<void>>();

  constructor(deps: BullMqEngineDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    if (this.#running !== null) return;
    const connections = await connect(this.#deps.url);
    this.#running = run(this.#deps, connections);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (running === null) return;
    clearInterval(running.watching);
    const ended = running.taking?.stop() ?? Promise.resolve();
    await running.offering.stop();
    // The jobs of what is still in hand end with it.
    const left = ended.then(() => release(running)).then(() => void this.#leaving.delete(running));
    this.#leaving.set(running, left);
  }

  async close(): Promise<void> {
    await this.stop();
    for (const { taking } of this.#leaving.keys()) taking?.abandon();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    await Promise.race([Promise.all(this.#leaving.values()), promise]);
    clearTimeout(timer);
    for (const { commands, blocking } of this.#leaving.keys()) [commands, blocking].forEach(closeRedis);
  }

  wake(): void {
    this.#running?.taking?.wake();
    this.#running?.offering.wake();
  }

  /** Where nothing waits and this process has room, what it takes in needs no offer: the write claims along. */
  async along<T>(write: (request: ClaimRequest | null) => Promise<Claimed<T>>): Promise<T> {
    const { hands, workerId, clock, items } = this.#deps;
    const limit = this.#running === null || this.#running.offering.isBehind ? 0 : hands.room();
    const request = limit > 0 ? { workerId: workerId(), limit, now: clock() } : null;
    const { result, claim } = await this.#writing(write(request));
    const claimed = claim?.items ?? [];
    if (this.#running !== null) hands.carry(claimed);
    else if (claimed.length > 0) items.release(claimed, clock()).catch(() => undefined);
    this.wake();
    return result;
  }

  async #writing<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      this.#deps.onFailure?.();
      throw error;
    }
  }
}

interface Connections {
  /** Short commands. */
  readonly commands: Redis;
  /** The worker's: it blocks. */
  readonly blocking: Redis;
}

interface Running extends Connections {
  readonly queue: Queue<OfferJob>;
  readonly offering: Offering;
  /** null: this process runs nothing itself. */
  readonly taking: Taking | null;
  readonly watching: ReturnType<typeof setInterval>;
}

/** Built anew for each start: BullMQ wants a server that answers when its parts are made. */
async function connect(url: string): Promise<Connections> {
  const commands = openRedis({ url, name: 'preheat-offers', commandTimeoutMs: COMMAND_TIMEOUT_MS });
  const blocking = openRedis({
    url,
    name: 'preheat-worker',
    commandTimeoutMs: BLOCKING_TIMEOUT_MS,
    isPatient: true,
  });
  try {
    await Promise.all([whenReady(commands, READY_TIMEOUT_MS), whenReady(blocking, READY_TIMEOUT_MS)]);
    requireNoEviction(await commands.info('memory'));
    return { commands, blocking };
  } catch (error) {
    closeRedis(commands);
    closeRedis(blocking);
    if (error instanceof Fault) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('unavailable', 'redis_unreachable', `Redis of REDIS_URL cannot be used: ${why}`, {
      cause: error,
    });
  }
}

/** @throws Fault `redis_evicts`: locks and jobs that vanish for want of memory would be items that wait for nothing */
function requireNoEviction(info: string): void {
  const facts = readInfo(info, 0);
  if (!mayEvict(facts)) return;
  throw new Fault(
    'refused',
    'redis_evicts',
    `Redis of REDIS_URL may throw out keys (maxmemory-policy ${facts.policy}). Set "maxmemory-policy noeviction" in its ` +
      'configuration, or name another server; one that may evict is right for REDIS_CACHE_URL.',
  );
}

function run(deps: BullMqEngineDeps, { commands, blocking }: Connections): Running {
  const { hands, offers, items, prefix, clock, log, workerId, pollMs, onFailure } = deps;
  const queue = new Queue<OfferJob>(QUEUE, {
    connection: commands,
    prefix,
    streams: { events: { maxLen: 100 } },
  });
  queue.on('error', (error) => log('debug', 'bullmq_error', { why: error.message }));
  const taking =
    hands.most() === 0
      ? null
      : new Taking({
          queue,
          redis: blocking,
          offers,
          release: items.release,
          hands,
          workerId,
          prefix,
          clock,
          log,
          ...(onFailure === undefined ? {} : { onFailure }),
        });
  const offering = new Offering({
    queue,
    redis: commands,
    offers,
    prefix,
    clock,
    log,
    pollMs,
    places: () => taking?.places ?? 0,
  });
  offering.start();
  const watching = setInterval(() => {
    taking?.watch().catch(() => undefined);
  }, WATCH_MS);
  return { commands, blocking, queue, offering, taking, watching };
}

async function release({ queue, commands, blocking }: Running): Promise<void> {
  await queue.close().catch(() => undefined);
  closeRedis(commands);
  closeRedis(blocking);
}
