import { statSync } from 'node:fs';
import { openSqlite } from '#clients/sqlite.ts';
import type { Store } from '#ports/store/store.ts';
import { sqliteAnswers } from './answers.ts';
import { sqliteBatches, sqliteIntake } from './batches/open.ts';
import { sqliteCarried } from './carried-scans.ts';
import { sqliteDocuments } from './documents.ts';
import { sqliteFigures } from './figures.ts';
import { sqliteEmbedders } from './embedders.ts';
import { sqliteFlights } from './flights.ts';
import { sqliteHours } from './hours.ts';
import { sqliteIdempotency } from './idempotency.ts';
import { sqliteOffers } from './items/offer.ts';
import { sqliteItems } from './items/open.ts';
import { sqliteCases } from './cases.ts';
import { sqliteJudgements } from './judgements.ts';
import { sqliteRewarm } from './rewarm.ts';
import { sqliteMisses } from './misses.ts';
import { sqliteOperations } from './operations.ts';
import { sqlitePermits } from './permits.ts';
import { sqliteProjects } from './projects.ts';
import { sqliteAudit } from './audit.ts';
import { sqliteRemovals } from './removals.ts';
import { sqliteBudgets } from './budgets.ts';
import { sqliteKeys, sqliteSessions } from './keys.ts';
import { sqliteCopies } from './copies.ts';
import { sqliteSeals } from './seals.ts';
import { sqliteSchedules } from './schedules.ts';
import { sqliteMarkers } from './markers.ts';
import { sqliteRecords } from './records.ts';
import { StoreThread } from './remote.ts';
import type { StoreThreadData } from './remote.ts';
import { sqliteResponses } from './responses.ts';
import { sqliteTurns } from './turns.ts';
import type { scanVerbs } from './scan-verbs.ts';
import type { writeVerbs } from './write-verbs.ts';
import { sqliteAlerts } from './alerts.ts';
import { sqliteDeliveries } from './deliveries.ts';
import { sqliteWebhooks } from './webhooks.ts';
import { sqliteWorkers } from './workers.ts';

export interface SqliteStoreSettings {
  readonly file: string;
  readonly synchronous: 'FULL' | 'NORMAL';
  /** What is deleted is overwritten. */
  readonly isOverwriting?: boolean;
  /** Files of the two threads: they call `serveWriter` and `serveScans`. */
  readonly threads: {
    readonly writer: URL;
    readonly scans: URL;
    /** What the file of the scans takes besides. */
    readonly scansGiven?: unknown;
    /** One of them died of an error; its store answers nothing any more. */
    readonly onDied?: (thread: string, error: Error) => void;
  };
}

/** Opens the store on a SQLite file: changes on a writer thread, scans on another, short reads right here. */
export async function openSqliteStore(settings: SqliteStoreSettings): Promise<Store> {
  const { file, synchronous, isOverwriting = false } = settings;
  const data = { file, synchronous, isOverwriting };
  const [writer, scanner] = await startThreads(settings.threads, data);
  const db = openSqlite({ ...data, readOnly: true, busyTimeoutMs: 250, cacheMiB: 16 });
  const writes = writer.verbs<typeof writeVerbs>();
  const scans = scanner.verbs<typeof scanVerbs>();
  return {
    projects: sqliteProjects(db, writes.projects),
    intake: sqliteIntake(writes.intake, scans.batches),
    batches: sqliteBatches(db, writes.batches, scans.batches),
    items: sqliteItems(db, writes.items, scans.items),
    offers: sqliteOffers(db, writes.offers),
    workers: sqliteWorkers(db, writes.workers),
    answers: sqliteAnswers(db, writes.answers, scans.answers),
    flights: sqliteFlights(writes.flights),
    carried: sqliteCarried(writes.carried, scans.carried),
    documents: sqliteDocuments(db, writes.documents, scans.documents),
    embedders: sqliteEmbedders(db, writes.embedders),
    operations: sqliteOperations(db, writes.operations),
    idempotency: sqliteIdempotency(writes.idempotency),
    hours: sqliteHours(db, writes.hours),
    audit: sqliteAudit(writes.audit, scans.audit),
    keys: sqliteKeys(db, writes.keys),
    budgets: sqliteBudgets(db, writes.budgets),
    holdings: scans.holdings,
    removals: sqliteRemovals(db, writes.removals),
    sessions: sqliteSessions(db, writes.sessions),
    webhooks: sqliteWebhooks(db, writes.webhooks),
    deliveries: sqliteDeliveries(db, writes.deliveries),
    alerts: sqliteAlerts(db, writes.alerts),
    seals: sqliteSeals(db, writes.seals, scans.seals),
    copies: sqliteCopies(settings.file, db, writes.copies),
    misses: sqliteMisses(writes.misses, scans.misses),
    rewarm: sqliteRewarm(writes.rewarm, scans.rewarm),
    judgements: sqliteJudgements(db, writes.judgements, scans.judgements),
    cases: sqliteCases(writes.cases, scans.cases),
    turns: sqliteTurns(db, writes.turns, scans.turns),
    schedules: sqliteSchedules(db, writes.schedules),
    records: sqliteRecords(db, writes.records, scans.records),
    markers: sqliteMarkers(db, writes.markers),
    responses: sqliteResponses(db, writes.responses),
    figures: sqliteFigures(db, writes.figures, scans.figures),
    permits: sqlitePermits(writes.permits),
    now: () => Promise.resolve(Date.now()),
    async describe() {
      const { version } = db.prepare('select sqlite_version() as version').get() as { version: string };
      const { size } = statSync(settings.file);
      const { id: installation } = db.prepare('select id from installation').get() as { id: string };
      return { kind: 'sqlite', version, bytes: size, unwritable: writer.trouble, installation };
    },
    async close() {
      if (db.isOpen) db.close();
      await scanner.close();
      await writer.close();
    },
  };
}

/** Both at once: loading their code is what takes the time. When one cannot start, the other is let go. */
async function startThreads(
  { writer, scans, scansGiven, onDied }: SqliteStoreSettings['threads'],
  data: StoreThreadData,
): Promise<readonly [StoreThread, StoreThread]> {
  const starting = [
    StoreThread.start({ file: writer }, data, (error) => onDied?.('store-writer', error)),
    StoreThread.start({ file: scans, given: scansGiven }, data, (error) => onDied?.('store-scans', error)),
  ] as const;
  const started = await Promise.allSettled(starting);
  const failure = started.find((start) => start.status === 'rejected');
  if (failure === undefined) return Promise.all(starting);
  for (const start of started) if (start.status === 'fulfilled') await start.value.close();
  throw failure.reason;
}
