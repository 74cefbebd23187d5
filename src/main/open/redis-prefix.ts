import type { Config } from '../config.ts';

/** How the keys of an installation begin. */
export function redisPrefix({ PREHEAT_REDIS_PREFIX }: Config, installation: string): string {
  return `${PREHEAT_REDIS_PREFIX}:${installation}`;
}
