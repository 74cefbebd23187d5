import { RedisAnswerCache } from '#adapters/cache/redis/redis-answer-cache.ts';
import { RedisService } from '#adapters/service/redis/redis-service.ts';
import { Seal } from '#clients/seal.ts';
import { ServiceWatch } from '#core/platform/watch-service.ts';
import type { SharedAnswerCache } from '#ports/cache.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import { redisPrefix } from './redis-prefix.ts';

export interface OpenSharedCache {
  readonly cache: SharedAnswerCache;
  readonly watch: ServiceWatch;
  /** The cache itself is closed by the tier that has it. */
  close(): void;
}

const WATCH_MS = 5_000;

/** The second tier of answers, in the Redis of `REDIS_CACHE_URL`. That may be away at any time, also now. */
export async function openSharedCache(
  config: Config,
  { clock, log, installation }: { readonly clock: Clock; readonly log: Log; readonly installation: string },
): Promise<OpenSharedCache> {
  const url = config.REDIS_CACHE_URL;
  const prefix = redisPrefix(config, installation);
  // What another key encrypted counts as absent.
  const { newest: secret } = config.PREHEAT_ENCRYPTION_KEY;
  const cache = new RedisAnswerCache({
    url,
    prefix,
    now: clock,
    random: Math.random,
    sealing: secret === null ? null : new Seal(secret, 'cache'),
  });
  const service = new RedisService({ url, use: 'cache', prefix });
  const alertAt = config.PREHEAT_ALERT_REDIS_MEMORY_PERCENT / 100;
  const watch = new ServiceWatch({ name: 'cache', service, clock, log, alertAt });
  await Promise.all([cache.ready(), watch.look()]);
  const timer = every(WATCH_MS, log, () => watch.look());
  return {
    cache,
    watch,
    close() {
      clearInterval(timer);
      watch.close();
    },
  };
}
