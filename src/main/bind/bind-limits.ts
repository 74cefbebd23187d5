import { MemoryQuotas } from '#adapters/quotas/memory/memory-quotas.ts';
import type { RedisQuotasSettings } from '#adapters/quotas/redis/redis-quotas.ts';
import { CallLimits } from '#core/platform/limit-calls.ts';
import { readRates } from '#domain/quota.ts';
import type { Rate } from '#domain/quota.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Quotas } from '#ports/quotas.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import { redisPrefix } from '../open/redis-prefix.ts';

export interface LimitParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  readonly installation: string;
}

export interface OpenLimits {
  readonly limits: CallLimits;
  readonly quotas: Quotas;
  start(): void;
  close(): Promise<void>;
}

const LOOK_MS = 10_000;

/** Limits of calls: counted here, or in Redis for all processes that share it. */
export async function openLimits({
  store,
  clock,
  log,
  config,
  installation,
}: LimitParts): Promise<OpenLimits> {
  let processes = 1;
  const look = async (): Promise<void> => {
    const now = clock();
    const workers = await store.workers.list();
    processes = Math.max(
      1,
      workers.filter(({ role, leaseUntil }) => role === 'server' && leaseUntil > now).length,
    );
  };
  const shared = { prefix: redisPrefix(config, installation), now: clock, processes: () => processes };
  const quotas =
    config.REDIS_URL === ''
      ? new MemoryQuotas(clock)
      : await openRedisQuotas({ ...shared, url: config.REDIS_URL });
  const standard = {
    key: ratesIn(config.PREHEAT_LIMIT_KEY),
    user: ratesIn(config.PREHEAT_LIMIT_USER),
    project: ratesIn(config.PREHEAT_LIMIT_PROJECT),
    ip: ratesIn(config.PREHEAT_LIMIT_IP),
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    limits: new CallLimits({ quotas, store, standard }),
    quotas,
    start() {
      if (config.REDIS_URL !== '') timer = every(LOOK_MS, log, look);
    },
    async close() {
      clearInterval(timer);
      await quotas.close();
    },
  };
}

/** Most servers have no Redis, and should not carry the code for it. */
async function openRedisQuotas(settings: RedisQuotasSettings): Promise<Quotas> {
  const { RedisQuotas } = await import('#adapters/quotas/redis/redis-quotas.ts');
  return RedisQuotas.open(settings);
}

/** The settings were checked when they were read. */
function ratesIn(text: string): readonly Rate[] {
  return readRates(text) ?? [];
}
