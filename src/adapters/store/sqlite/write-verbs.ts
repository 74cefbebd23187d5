import type { DatabaseSync } from 'node:sqlite';
import { answerWrites } from './answers.ts';
import { intakeWrites } from './batches/intake.ts';
import { removalWrites } from './removals.ts';
import { budgetWrites } from './budgets.ts';
import { batchWrites } from './batches/writes.ts';
import { carriedWrites } from './carried.ts';
import { documentWrites } from './documents.ts';
import { figureWrites } from './figures.ts';
import { embedderWrites } from './embedders.ts';
import { flightWrites } from './flights.ts';
import { hourWrites } from './hours.ts';
import { idempotencyWrites } from './idempotency.ts';
import { offerWrites } from './items/offer.ts';
import { itemWrites } from './items/writes.ts';
import { caseWrites } from './cases.ts';
import { judgementWrites } from './judgements.ts';
import { rewarmWrites } from './rewarm.ts';
import { missWrites } from './misses.ts';
import { operationWrites } from './operations.ts';
import { permitWrites } from './permits.ts';
import { projectWrites } from './projects.ts';
import { scheduleWrites } from './schedules.ts';
import { markerWrites } from './markers.ts';
import { recordWrites } from './records.ts';
import { responseWrites } from './responses.ts';
import { auditWrites } from './audit.ts';
import { keyWrites, sessionWrites } from './keys.ts';
import { turnWrites } from './turns.ts';
import { webhookWrites } from './webhooks.ts';
import { copyWrites } from './copies.ts';
import { sealWrites } from './seals.ts';
import { alertWrites } from './alerts.ts';
import { deliveryWrites } from './deliveries.ts';
import { workerWrites } from './workers.ts';

/** Every change of the store, as the writer thread runs it. */
export function writeVerbs(db: DatabaseSync) {
  const items = itemWrites(db);
  return {
    projects: projectWrites(db),
    intake: intakeWrites(db, items.claim),
    batches: batchWrites(db),
    items,
    offers: offerWrites(db),
    workers: workerWrites(db),
    answers: answerWrites(db),
    flights: flightWrites(db),
    carried: carriedWrites(db),
    documents: documentWrites(db),
    embedders: embedderWrites(db),
    operations: operationWrites(db),
    idempotency: idempotencyWrites(db),
    hours: hourWrites(db),
    audit: auditWrites(db),
    keys: keyWrites(db),
    budgets: budgetWrites(db),
    removals: removalWrites(db),
    sessions: sessionWrites(db),
    webhooks: webhookWrites(db),
    deliveries: deliveryWrites(db),
    alerts: alertWrites(db),
    seals: sealWrites(db),
    copies: copyWrites(db),
    misses: missWrites(db),
    rewarm: rewarmWrites(db),
    judgements: judgementWrites(db),
    cases: caseWrites(db),
    turns: turnWrites(db),
    schedules: scheduleWrites(db),
    records: recordWrites(db),
    markers: markerWrites(db),
    responses: responseWrites(db),
    figures: figureWrites(db),
    permits: permitWrites(db),
  };
}
