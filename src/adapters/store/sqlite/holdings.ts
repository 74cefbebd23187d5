import type { DatabaseSync } from 'node:sqlite';
import type { Holdings, LeastUsed } from '#ports/store/holdings.ts';
import { HOLDINGS, LEAST_USED, toHoldings, toLeastUsed } from '../sql/holding-rows.ts';

export function holdingScans(db: DatabaseSync) {
  const numbered = (sql: string): string => sql.replaceAll(/\$(\d)/g, '?$1');
  const of = db.prepare(numbered(HOLDINGS));
  const leastUsed = db.prepare(numbered(LEAST_USED));
  return {
    of(projectId: number): Holdings {
      return toHoldings(of.get(projectId));
    },
    leastUsed(projectId: number, maxBytes: number, limit: number): LeastUsed {
      return toLeastUsed(leastUsed.all(projectId, maxBytes, limit));
    },
  };
}
