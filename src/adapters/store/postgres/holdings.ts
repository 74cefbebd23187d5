import type { HoldingStore } from '#ports/store/holdings.ts';
import { HOLDINGS, LEAST_USED, toHoldings, toLeastUsed } from '../sql/holding-rows.ts';
import type { Session } from './session.ts';

const LEAST = LEAST_USED.replace('select id, null,', 'select id, null::text,')
  .replace('select null, key,', 'select null::bigint, key,')
  .replace('$2', '$2::bigint');

export function postgresHoldings(scans: Session): HoldingStore {
  return {
    of: async (projectId) => toHoldings(await scans.first(HOLDINGS, [projectId])),
    leastUsed: async (projectId, maxBytes, limit) =>
      toLeastUsed(await scans.all(LEAST, [projectId, maxBytes, limit])),
  };
}
