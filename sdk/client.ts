import { AnswersApi, AsksApi, MissesApi } from './answers.ts';
import { ChangesApi } from './changes.ts';
import { BatchesApi } from './batches.ts';
import { CatalogueApi } from './catalogue.ts';
import { DocumentsApi } from './documents.ts';
import { DeadLettersApi, ItemsApi, OperationsApi } from './items.ts';
import { AuditApi, KeysApi, SessionApi } from './keys.ts';
import { SchedulesApi } from './schedules.ts';
import { ProjectsApi, SystemApi } from './system.ts';
import { TurnsApi } from './turns.ts';
import { WebhooksApi } from './webhooks.ts';
import { type CallOptions, type ClientOptions, Transport } from './transport.ts';
import type { Ask, Asked } from './wire/answers.ts';

/**
 * Speaks to a Preheat server, from browsers and Node.
 *
 * Creating calls always carry an Idempotency-Key, so that calls can be repeated when the network fails; every
 * method rejects with a `PreheatError`, or with the signal's reason.
 */
export class PreheatClient {
  readonly batches: BatchesApi;
  readonly items: ItemsApi;
  readonly deadLetters: DeadLettersApi;
  readonly operations: OperationsApi;
  readonly asks: AsksApi;
  readonly answers: AnswersApi;
  readonly misses: MissesApi;
  readonly changes: ChangesApi;
  readonly documents: DocumentsApi;
  readonly catalogue: CatalogueApi;
  readonly schedules: SchedulesApi;
  readonly keys: KeysApi;
  readonly webhooks: WebhooksApi;
  readonly session: SessionApi;
  readonly audit: AuditApi;
  readonly projects: ProjectsApi;
  readonly turns: TurnsApi;
  readonly system: SystemApi;

  constructor(options: ClientOptions) {
    const transport = new Transport(options);
    this.batches = new BatchesApi(transport);
    this.items = new ItemsApi(transport);
    this.deadLetters = new DeadLettersApi(transport);
    this.operations = new OperationsApi(transport);
    this.asks = new AsksApi(transport);
    this.answers = new AnswersApi(transport);
    this.misses = new MissesApi(transport);
    this.changes = new ChangesApi(transport);
    this.documents = new DocumentsApi(transport);
    this.catalogue = new CatalogueApi(transport);
    this.schedules = new SchedulesApi(transport);
    this.keys = new KeysApi(transport);
    this.webhooks = new WebhooksApi(transport);
    this.audit = new AuditApi(transport);
    this.session = new SessionApi(transport);
    this.projects = new ProjectsApi(transport);
    this.turns = new TurnsApi(transport);
    this.system = new SystemApi(transport);
  }

  /** The answer to a question, from the cache or made now. */
  ask(question: string | Omit<Ask, 'mode'>, options: CallOptions = {}): Promise<Asked> {
    return this.asks.ask(question, options);
  }
}
