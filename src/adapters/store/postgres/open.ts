import type { Store } from '#ports/store/store.ts';
import { postgresAnswers } from './answers.ts';
import { postgresBatches } from './batches/open.ts';
import { postgresCarried } from './carried-reads.ts';
import { chooseSlots } from './counts.ts';
import { postgresDocuments } from './documents.ts';
import { postgresFigures } from './figures.ts';
import { postgresEmbedders } from './embedders.ts';
import { postgresFlights } from './flights.ts';
import { postgresHours } from './hours.ts';
import { postgresIdempotency } from './idempotency.ts';
import { postgresOffers } from './items/offer.ts';
import { postgresItems } from './items/open.ts';
import { migrate } from './migrate.ts';
import { postgresMarkers } from './markers.ts';
import { postgresCases } from './cases.ts';
import { postgresJudgements } from './judgements.ts';
import { postgresRewarm } from './rewarm.ts';
import { postgresMisses } from './misses.ts';
import { postgresOperations } from './operations.ts';
import { postgresPermits } from './permits.ts';
import { postgresProjects } from './projects.ts';
import { postgresRecords } from './records.ts';
import { postgresResponses } from './responses.ts';
import { postgresAudit } from './audit.ts';
import { postgresRemovals } from './removals.ts';
import { postgresHoldings } from './holdings.ts';
import { postgresBudgets } from './budgets.ts';
import { postgresKeys, postgresSessions } from './keys.ts';
import { postgresCopies } from './copies.ts';
import { postgresSeals } from './seals.ts';
import { postgresSchedules } from './schedules.ts';
import { Session } from './session.ts';
import { postgresTurns } from './turns.ts';
import { postgresAlerts } from './alerts.ts';
import { postgresDeliveries } from './deliveries.ts';
import { postgresWebhooks } from './webhooks.ts';
import { postgresWorkers } from './workers.ts';

export interface PostgresStoreSettings {
  readonly url: string;
  /** Connections of this process at most, beside one for long reads. */
  readonly connections: number;
}

const STATEMENT_TIMEOUT_MS = 30_000;
const SCAN_TIMEOUT_MS = 120_000;
const SCAN_CONNECTIONS = 2;

/**
 * How the planner is to go about statements whose right plan is known: along the indexes made for them, the same
 * however the tables have grown since somebody last counted.
 */
const PLAIN_PLANS = `
  set plan_cache_mode = force_generic_plan;
  set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_sort = off;
  set jit = off`;

/** Opens the store on PostgreSQL and brings its schema up to date. */
export async function openPostgresStore(settings: PostgresStoreSettings): Promise<Store> {
  const { url, connections } = settings;
  const session = new Session({
    url,
    connections,
    applicationName: 'preheat',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    session: PLAIN_PLANS,
  });
  const scans = new Session({
    url,
    connections: SCAN_CONNECTIONS,
    applicationName: 'preheat scans',
    statementTimeoutMs: SCAN_TIMEOUT_MS,
    session: 'set jit = off',
  });
  try {
    await migrate(scans);
  } catch (error) {
    await Promise.all([session.close(), scans.close()]);
    throw error;
  }
  return bindStore(session, scans, url);
}

function bindStore(session: Session, scans: Session, url: string): Store {
  const slots = chooseSlots();
  return {
    projects: postgresProjects(session),
    ...postgresBatches(session, scans, slots),
    items: postgresItems(session, scans, slots),
    offers: postgresOffers(session, slots),
    workers: postgresWorkers(session, slots),
    answers: postgresAnswers(session, scans),
    flights: postgresFlights(session),
    carried: postgresCarried(session, scans),
    documents: postgresDocuments(session, scans),
    embedders: postgresEmbedders(session, scans),
    operations: postgresOperations(session),
    idempotency: postgresIdempotency(session),
    hours: postgresHours(session, slots),
    records: postgresRecords(session, scans),
    markers: postgresMarkers(session),
    responses: postgresResponses(session),
    figures: postgresFigures(session, scans),
    permits: postgresPermits(session),
    misses: postgresMisses(session, scans),
    rewarm: postgresRewarm(session, scans),
    judgements: postgresJudgements(session, scans),
    cases: postgresCases(session, scans),
    turns: postgresTurns(session, scans),
    schedules: postgresSchedules(session),
    audit: postgresAudit(session, scans),
    keys: postgresKeys(session),
    budgets: postgresBudgets(session),
    holdings: postgresHoldings(scans),
    removals: postgresRemovals(session),
    sessions: postgresSessions(session),
    webhooks: postgresWebhooks(session),
    deliveries: postgresDeliveries(session),
    alerts: postgresAlerts(session),
    seals: postgresSeals(session, scans),
    copies: postgresCopies(session, url),
    async now() {
      const row = await session.first('select extract(epoch from clock_timestamp()) * 1000 as now');
      return Math.floor(row?.['now'] as number);
    },
    async describe() {
      const row = (await session.first(
        `select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
                (select id from installation) as installation`,
      )) as { version: string; bytes: number; installation: string };
      return { kind: 'postgres', ...row, unwritable: session.trouble };
    },
    async close() {
      await Promise.all([session.close(), scans.close()]);
    },
  };
}
