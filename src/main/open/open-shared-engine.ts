import { BullMqEngine } from '#adapters/engine/bullmq/bullmq-engine.ts';
import { RedisService } from '#adapters/service/redis/redis-service.ts';
import { ServiceWatch } from '#core/platform/watch-service.ts';
import { EngineSwitch } from '#core/queue/engine-switch.ts';
import type { Engine } from '#ports/engine.ts';
import type { EngineParts, OpenEngine } from './engine-parts.ts';
import { redisPrefix } from './redis-prefix.ts';

export interface SharedEngineParts extends EngineParts {
  readonly pollMs: number;
  /** What works on when the Redis is gone. */
  readonly alone: Engine;
}

/** Offers through Redis, watched; while it is away this process claims for itself. */
export function openSharedEngine({
  alone,
  installation,
  config,
  store,
  ...common
}: SharedEngineParts): OpenEngine {
  const { clock, log } = common;
  const url = config.REDIS_URL;
  const prefix = redisPrefix(config, installation);
  const shared = new BullMqEngine({
    ...common,
    url,
    prefix,
    items: store.items,
    offers: store.offers,
  });
  const redis = new RedisService({ url, use: 'queue', prefix });
  const engine = new EngineSwitch({ shared, alone, ping: () => redis.ping(), clock, log });
  const alertAt = config.PREHEAT_ALERT_REDIS_MEMORY_PERCENT / 100;
  const service = new ServiceWatch({ name: 'redis', service: redis, clock, log, alertAt });
  return { engine, service, trouble: () => engine.trouble };
}
