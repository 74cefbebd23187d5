import { after, test } from 'node:test';
import { findPostgres } from '#clients/temporary-postgres.ts';
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
import { permitsContract } from '#ports/store/permits.contract.ts';
import { rewarmContract } from '#ports/store/rewarm.contract.ts';
import { recordsContract } from '#ports/store/records.contract.ts';
import { projectsContract } from '#ports/store/projects.contract.ts';
import { schedulesContract } from '#ports/store/schedules.contract.ts';
import { turnsContract } from '#ports/store/turns.contract.ts';
import { alertsContract } from '#ports/store/alerts.contract.ts';
import { deliveriesContract } from '#ports/store/deliveries.contract.ts';
import { webhooksContract } from '#ports/store/webhooks.contract.ts';
import type { Store } from '#ports/store/store.ts';
import { openTemporaryStore } from './temporary-store.ts';

if (findPostgres() === null) test('PostgreSQL keeps the contracts', { skip: 'PostgreSQL is not installed' });
else await keepContracts();

async function keepContracts(): Promise<void> {
  const temporary = await openTemporaryStore();
  after(() => temporary.close());
  const open = async (): Promise<{ store: Store; close(): Promise<void> }> => ({
    store: temporary.store,
    close: () => temporary.empty(),
  });
  itemsContract('postgres', open);
  bornClaimedContract('postgres', open);
  batchesContract('postgres', open);
  offersContract('postgres', open);
  judgementsContract('postgres', open);
  casesContract('postgres', open);
  copiesContract('postgres', open);
  turnsContract('postgres', open);
  permitsContract('postgres', open);
  missesContract('postgres', open);
  rewarmContract('postgres', open);
  projectsContract('postgres', open);
  schedulesContract('postgres', open);
  recordsContract('postgres', open);
  keysContract('postgres', open);
  removalsContract('postgres', open);
  holdingsContract('postgres', open);
  budgetsContract('postgres', open);
  fileUsesContract('postgres', open);
  auditContract('postgres', open);
  webhooksContract('postgres', open);
  deliveriesContract('postgres', open);
  alertsContract('postgres', open);
  sealsContract('postgres', open);
}
