import type { CapName } from '#domain/caps.ts';
import type { Config } from '../config.ts';

/** What projects may hold where they chose nothing. */
export function standardCaps(config: Config): Readonly<Record<CapName, number>> {
  return {
    pending: config.PREHEAT_MAX_PENDING,
    concurrency: 0,
    cachedBytes: config.PREHEAT_PROJECT_CACHE_MIB * 2 ** 20,
    documents: config.PREHEAT_PROJECT_DOCUMENTS,
  };
}
