import { after } from 'node:test';
import { batchesContract } from '#ports/store/batches.contract.ts';
import { bornClaimedContract } from '#ports/store/born-claimed.contract.ts';
import { fileUsesContract } from '#ports/store/file-uses.contract.ts';
import { itemsContract } from '#ports/store/items.contract.ts';
import { auditContract } from '#ports/store/audit.contract.ts';
import { budgetsContract } from '#ports/store/budgets.contract.ts';
import { holdingsContract } from '#ports/store/holdings.contract.ts';
import { removalsContract } from '#ports/store/removals.contract.ts';
import { keysContract } from '#ports/store/keys.contract.ts';
import { offersContract } from '#ports/store/offers.contract.ts';
import { copiesContract } from '#ports/store/copies.contract.ts';
import { casesContract } from '#ports/store/cases.contract.ts';
import { judgementsContract } from '#ports/store/judgements.contract.ts';
import { sealsContract } from '#ports/store/seals.contract.ts';
import { missesContract } from '#ports/store/misses.contract.ts';
import { rewarmContract } from '#ports/store/rewarm.contract.ts';
import { projectsContract } from '#ports/store/projects.contract.ts';
import { schedulesContract } from '#ports/store/schedules.contract.ts';
import { permitsContract } from '#ports/store/permits.contract.ts';
import { recordsContract } from '#ports/store/records.contract.ts';
import { turnsContract } from '#ports/store/turns.contract.ts';
import { alertsContract } from '#ports/store/alerts.contract.ts';
import { deliveriesContract } from '#ports/store/deliveries.contract.ts';
import { webhooksContract } from '#ports/store/webhooks.contract.ts';
import type { Store } from '#ports/store/store.ts';
import { openTemporaryStore } from './temporary-store.ts';

/**
 * One store for all facts, emptied after each: starting its two threads anew took 0.4 s, for facts that take 5 ms.
 * Ids go on from fact to fact, as they do in a file that is old.
 */
const temporary = await openTemporaryStore({
  writer: new URL('../../../main/threads/store-writer.ts', import.meta.url),
  scans: new URL('../../../main/threads/store-scans.ts', import.meta.url),
});
after(() => temporary.close());

async function open(): Promise<{ store: Store; close(): Promise<void> }> {
  return { store: temporary.store, close: async () => temporary.empty() };
}

itemsContract('sqlite', open);
bornClaimedContract('sqlite', open);
batchesContract('sqlite', open);
offersContract('sqlite', open);
judgementsContract('sqlite', open);
casesContract('sqlite', open);
copiesContract('sqlite', open);
turnsContract('sqlite', open);
permitsContract('sqlite', open);
missesContract('sqlite', open);
rewarmContract('sqlite', open);
projectsContract('sqlite', open);
schedulesContract('sqlite', open);
recordsContract('sqlite', open);
keysContract('sqlite', open);
removalsContract('sqlite', open);
holdingsContract('sqlite', open);
budgetsContract('sqlite', open);
fileUsesContract('sqlite', open);
auditContract('sqlite', open);
webhooksContract('sqlite', open);
deliveriesContract('sqlite', open);
alertsContract('sqlite', open);
sealsContract('sqlite', open);
