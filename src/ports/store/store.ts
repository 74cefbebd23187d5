import type { AnswerStore } from './answers.ts';
import type { BudgetStore } from './budgets.ts';
import type { BatchStore, IntakeStore } from './batches.ts';
import type { CarriedStore } from './carried.ts';
import type { CaseStore } from './cases.ts';
import type { DocumentStore } from './documents.ts';
import type { FigureStore } from './figures.ts';
import type { RemovalStore } from './removals.ts';
import type { HoldingStore } from './holdings.ts';
import type { EmbedderStore } from './embedders.ts';
import type { FlightStore } from './flights.ts';
import type { HourStore } from './hours.ts';
import type { IdempotencyStore } from './idempotency.ts';
import type { ItemStore } from './items.ts';
import type { JudgementStore } from './judgements.ts';
import type { MissStore } from './misses.ts';
import type { RewarmStore } from './rewarm.ts';
import type { OfferStore } from './offers.ts';
import type { OperationStore } from './operations.ts';
import type { PermitStore } from './permits.ts';
import type { ProjectStore } from './projects.ts';
import type { AuditStore } from './audit.ts';
import type { KeyStore, SessionStore } from './keys.ts';
import type { ScheduleStore } from './schedules.ts';
import type { MarkerStore, RecordStore, ResponseStore } from './records.ts';
import type { CopyStore } from './copies.ts';
import type { SealStore } from './seals.ts';
import type { TurnStore } from './turns.ts';
import type { AlertStore } from './alerts.ts';
import type { DeliveryStore, WebhookStore } from './webhooks.ts';
import type { WorkerStore } from './workers.ts';

/**
 * The truth, cut by entity. Every verb takes data and is one atomic, guarded change or one consistent read;
 * there is no `transaction(callback)`, so nothing can await inside one. Times come in as epoch milliseconds.
 *
 * All verbs may reject with a Fault `unavailable` (`store_busy`, `store_unreachable`, `store_refused`, `disk_full`, `disk_failed`, `store_damaged`, `store_failed`).
 */
export interface Store {
  readonly projects: ProjectStore;
  readonly intake: IntakeStore;
  readonly batches: BatchStore;
  readonly items: ItemStore;
  readonly offers: OfferStore;
  readonly workers: WorkerStore;
  readonly answers: AnswerStore;
  readonly flights: FlightStore;
  readonly carried: CarriedStore;
  readonly rewarm: RewarmStore;
  readonly documents: DocumentStore;
  readonly embedders: EmbedderStore;
  readonly operations: OperationStore;
  readonly idempotency: IdempotencyStore;
  readonly hours: HourStore;
  readonly misses: MissStore;
  readonly judgements: JudgementStore;
  readonly cases: CaseStore;
  readonly turns: TurnStore;
  readonly schedules: ScheduleStore;
  readonly records: RecordStore;
  readonly markers: MarkerStore;
  readonly responses: ResponseStore;
  readonly figures: FigureStore;
  readonly permits: PermitStore;
  readonly audit: AuditStore;
  readonly keys: KeyStore;
  readonly budgets: BudgetStore;
  readonly holdings: HoldingStore;
  readonly removals: RemovalStore;
  readonly sessions: SessionStore;
  readonly webhooks: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly alerts: AlertStore;
  readonly seals: SealStore;
  readonly copies: CopyStore;
  /** The time by the store's own clock, which leases go by: that of the machine where the store is. */
  now(): Promise<number>;
  /** What it is and how it does, for people. */
  describe(): Promise<StoreFacts>;
  close(): Promise<void>;
}

export interface StoreFacts {
  readonly kind: 'sqlite' | 'postgres';
  readonly version: string;
  readonly bytes: number;
  /** Why the last change could not be written, such as a full disk; null when it was. Reads may go on meanwhile. */
  readonly unwritable: string | null;
  /** Tells this installation from others that use the same services. */
  readonly installation: string;
}
