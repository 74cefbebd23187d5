import type { Access, KeyLimits } from '#domain/access.ts';
import type { Answer } from '#domain/answer.ts';
import type { AuditEntry, NewAuditEntry } from '#domain/audit.ts';
import type { Batch, RetriableStatus } from '#domain/batch.ts';
import type { CatalogueRecord, Figures } from '#domain/catalogue.ts';
import type { Document, IndexedChunk } from '#domain/document.ts';
import type { Hour, HourTotals } from '#domain/hour.ts';
import type { Item } from '#domain/item.ts';
import type { JsonObject } from '#domain/json.ts';
import type { JudgedAnswer, Judgement } from '#domain/judgement.ts';
import type { JudgingState } from '#domain/judging-case.ts';
import type { ApiKey } from '#domain/key.ts';
import type { MissGroup } from '#domain/miss.ts';
import type { Operation, OperationAction, OperationFilter } from '#domain/operation.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { Project } from '#domain/project.ts';
import type { Schedule, ScheduleDraft, ScheduleWithItems } from '#domain/schedule.ts';
import type { Worker } from '#domain/worker.ts';
import type { AnswerFilter } from '#ports/store/answers.ts';
import type { AuditFilter } from '#ports/store/audit.ts';
import type { BatchChanges, BatchFilter, IdempotencyClaim } from '#ports/store/batches.ts';
import type { ChangeFilter, CorpusChange, TouchedAnswer } from '#ports/store/carried.ts';
import type { DocumentDetail, DocumentFilter, TagCount } from '#ports/store/documents.ts';
import type { BatchReport } from '#ports/store/figures.ts';
import type { Begun, SavedResponse } from '#ports/store/idempotency.ts';
import type { DeadLetterGroup, ItemFilter } from '#ports/store/items.ts';
import type { JudgementFilter } from '#ports/store/judgements.ts';
import type { MissFilter } from '#ports/store/misses.ts';
import type { RecordFilter } from '#ports/store/records.ts';
import type { IncomingFile } from '#ports/workload.ts';
import type { ItemsOfBatch } from './answers/answers-of-items.ts';
import type { AskEvent, Asked, Caller, JudgedHour, Question, Refresh } from './answers/asking.ts';
import type { AskVerbs } from './answers/async-ask.ts';
import type { Estimate, ListPreview } from './catalogue/list-preview.ts';
import type { LookedUp } from './catalogue/look-up.ts';
import type { LookUp } from './catalogue/wanted.ts';
import type { CatalogueStats } from './catalogue/stats.ts';
import type { FoundPassage, PassageSearch } from './documents/search-passages.ts';
import type { Manifest, SyncPlan } from './documents/sync-documents.ts';
import type { Explanation } from './freshness/explain-answer.ts';
import type { Forecast } from './freshness/forecast-schedule.ts';
import type { ScheduleChange, ScheduleSource } from './freshness/save-schedule.ts';
import type { PassthroughVerbs } from './passthrough/verbs.ts';
import type { AlertVerbs } from './platform/alert-verbs.ts';
import type { Health } from './platform/health.ts';
import type { Admitted } from './platform/key-ring.ts';
import type { CallLimits } from './platform/limit-calls.ts';
import type { CreatedKey, KeyDraft } from './platform/manage-keys.ts';
import type { BroughtIn } from './platform/bring-in-project.ts';
import type { SealingState } from './platform/seal-anew.ts';
import type { Description, Stats } from './platform/server-views.ts';
import type { SettingsChanges, SettingsView } from './platform/settings-view.ts';
import type { TokenBudgets } from './platform/token-budgets.ts';
import type { HoldingViews } from './platform/view-holdings.ts';
import type { WebhookVerbs } from './platform/webhook-verbs.ts';
import type { AddInput, Added, MakingCall, Preview, SubmitCommand, Submitted } from './queue/submission.ts';
import type { BatchView, ItemView, Wait } from './queue/views.ts';

/** What Preheat does, bound to its parts: the only thing that `http` knows of the core. All times are epoch ms. */
export interface App {
  readonly projects: {
    /** @throws Fault not_found */
    get(name: string): Promise<Project>;
    ensure(name: string): Promise<Project>;
    list(): Promise<readonly Project[]>;
    settings(project: Project): Promise<SettingsView>;
    /** Takes effect at once here, and within seconds in other processes. */
    changeSettings(project: Project, changes: SettingsChanges): Promise<SettingsView>;
    /** Nobody sees it any more when this resolves; its rows go in the background. */
    delete(project: Project): Promise<void>;
  };

  readonly batches: {
    submit(command: SubmitCommand): Promise<Submitted>;
    /** How the input would be read: nothing is queued. */
    preview(command: SubmitCommand): Promise<Preview>;
    get(project: Project, batchId: number): Promise<BatchView>;
    /** Waits until the version is above `sinceVersion`, or the time is up; then as `get`. */
    wait(project: Project, batchId: number, wait: Wait): Promise<BatchView>;
    list(project: Project, filter: BatchFilter, page: PageRequest): Promise<Page<BatchView>>;
    change(project: Project, batchId: number, changes: BatchChanges): Promise<BatchView>;
    pause(project: Project, batchId: number): Promise<BatchView>;
    resume(project: Project, batchId: number): Promise<BatchView>;
    cancel(project: Project, batchId: number): Promise<BatchView>;
    retry(project: Project, batchId: number, statuses: readonly RetriableStatus[]): Promise<BatchView>;
    delete(project: Project, batchId: number): Promise<void>;
    add(project: Project, batchId: number, input: AddInput): Promise<Added>;
    /** Snapshots as they change, coalesced; ends after the terminal one. The first comes at once. */
    watch(project: Project, batchId: number, signal: AbortSignal): AsyncIterable<BatchView>;
    /** Everything in it, in order. */
    results(project: Project, batchId: number): AsyncIterable<readonly Item[]>;
  };

  readonly items: {
    get(project: Project, itemId: number): Promise<ItemView>;
    list(project: Project, filter: ItemFilter, page: PageRequest): Promise<Page<Item>>;
    retry(project: Project, itemId: number): Promise<ItemView>;
    delete(project: Project, itemId: number): Promise<void>;
    describe(item: Item): string;
    deadLetters(project: Project): Promise<readonly DeadLetterGroup[]>;
  };

  readonly operations: {
    start(project: Project, action: OperationAction, filter: OperationFilter): Promise<Operation>;
    get(project: Project, operationId: number): Promise<Operation>;
    /** Takes back what it changed. @throws Fault `cannot_undo` */
    undo(project: Project, operationId: number): Promise<Operation>;
  };

  readonly answers: {
    ask(project: Project, question: Question, caller: Caller): Promise<Asked>;
    /** As `ask`, with the text as it comes; the answer is the last event. */
    stream(project: Project, question: Question, caller: Caller): AsyncGenerator<AskEvent, void, void>;
    get(project: Project, answerId: number): Promise<Answer>;
    /** What it rests on, as that is now, and what changed between its versions. */
    explain(project: Project, answerId: number): Promise<Explanation>;
    /** For each of these items, what the cache holds for its question now; null: nothing. */
    ofItems(project: Project, of: ItemsOfBatch): Promise<readonly (Answer | null)[]>;
    list(project: Project, filter: AnswerFilter, page: PageRequest): Promise<Page<Answer>>;
    /** Made again now, whatever the cache holds. */
    refresh(project: Project, asked: Refresh, caller: Caller): Promise<Asked>;
    drop(project: Project, filter: AnswerFilter): Promise<number>;
  };

  readonly judgements: {
    /** null: it was not judged. */
    find(project: Project, answer: Answer): Promise<Judgement | null>;
    list(project: Project, filter: JudgementFilter, page: PageRequest): Promise<Page<JudgedAnswer>>;
    /** Hours in which answers were judged, oldest first. */
    hours(project: Project, since: number): Promise<readonly JudgedHour[]>;
    /** What is to be judged yet, and what could not be. */
    state(project: Project): Promise<JudgingState>;
    /** What could not be judged is tried again; how many. */
    retry(project: Project): Promise<number>;
  };

  /** Questions that somebody had to wait for, most missed first. */
  readonly misses: {
    list(project: Project, filter: MissFilter, page: PageRequest): Promise<Page<MissGroup>>;
    /** Forgets one, or it with all that mean the same; returns how many. @throws Fault not_found */
    forget(project: Project, missId: number, withGroup: boolean): Promise<number>;
    /** Forgets all; returns how many. */
    forgetAll(project: Project): Promise<number>;
  };

  readonly asks: AskVerbs;

  readonly passthrough: PassthroughVerbs;

  readonly documents: {
    get(project: Project, documentId: number): Promise<DocumentDetail>;
    list(project: Project, filter: DocumentFilter, page: PageRequest): Promise<Page<Document>>;
    delete(project: Project, documentId: number): Promise<void>;
    chunks(project: Project, documentId: number, page: PageRequest): Promise<Page<IndexedChunk>>;
    search(project: Project, search: PassageSearch): Promise<readonly FoundPassage[]>;
    /** Keeps a file for a documents batch; its entry goes into `submit`. */
    receive(file: IncomingFile, tags: readonly string[] | null): Promise<JsonObject>;
    /** Reads its kept file again, as a batch. @throws Fault not_found, conflict `file_gone` */
    retry(project: Project, documentId: number, call: MakingCall): Promise<Submitted>;
    /** Compares a folder with the documents, and deletes what has no file any more where that is asked for. */
    sync(project: Project, manifest: Manifest): Promise<SyncPlan>;
    setTags(project: Project, documentId: number, tags: readonly string[]): Promise<DocumentDetail>;
    /** By name. */
    tags(project: Project): Promise<readonly TagCount[]>;
  };

  /** What changes of the documents did to the answers. */
  readonly changes: {
    list(project: Project, filter: ChangeFilter, page: PageRequest): Promise<Page<CorpusChange>>;
    touched(project: Project, corpusVersion: number, page: PageRequest): Promise<Page<TouchedAnswer>>;
  };

  readonly schedules: {
    create(project: Project, draft: ScheduleDraft, source: ScheduleSource): Promise<Schedule>;
    change(project: Project, scheduleId: number, changes: ScheduleChange): Promise<Schedule>;
    delete(project: Project, scheduleId: number): Promise<void>;
    get(project: Project, scheduleId: number): Promise<ScheduleWithItems>;
    list(project: Project, page: PageRequest): Promise<Page<Schedule>>;
    /** Submits its batch now, whenever its time is. */
    run(project: Project, scheduleId: number, call: MakingCall): Promise<Submitted>;
    forecast(project: Project, scheduleId: number): Promise<Forecast>;
  };

  readonly keys: {
    create(by: Access, draft: KeyDraft): Promise<CreatedKey>;
    rotate(by: Access, keyId: number, overlapMs: number): Promise<CreatedKey>;
    revoke(by: Access, keyId: number): Promise<ApiKey>;
    /** Puts the named limits in place of what was there. */
    limit(by: Access, keyId: number, changes: Partial<KeyLimits>): Promise<ApiKey>;
    /** Those that the caller may see, newest first. */
    list(by: Access, page: PageRequest): Promise<Page<ApiKey>>;
  };

  readonly limits: Pick<CallLimits, 'spend' | 'list' | 'sharing'>;
  readonly budgets: Pick<TokenBudgets, 'list'>;
  readonly holdings: Pick<HoldingViews, 'of' | 'capped'>;

  readonly audit: {
    note(entry: NewAuditEntry): Promise<void>;
    /** What the caller may see, newest first. */
    list(by: Access, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  };

  /** Who comes in. Digests are SHA-256, hex. */
  readonly door: {
    /** Null: no such key, or one that may not be used any more. */
    admit(keyHash: string): Admitted | null | Promise<Admitted | null>;
    /** The digest of the key that a session was opened with; null when it is over. */
    keyOfSession(sessionHash: string): Promise<string | null>;
    openSession(sessionHash: string, keyHash: string): Promise<{ readonly expiresAt: number }>;
    closeSession(sessionHash: string, isEverywhere: boolean): Promise<void>;
  };

  readonly catalogue: {
    /** How a list of books would be read, and what its run would come to: nothing is queued. */
    preview(project: Project, file: IncomingFile, options: JsonObject): Promise<ListPreview>;
    estimate(project: Project, batch: Batch): Promise<Estimate>;
    /** @throws Fault invalid `not_a_key`; not_found `not_known`, `not_cached`; limited or unavailable for want of a source */
    lookUp(project: Project, asked: LookUp): Promise<LookedUp>;
    list(project: Project, filter: RecordFilter, page: PageRequest): Promise<Page<CatalogueRecord>>;
    stats(project: Project): Promise<CatalogueStats>;
    /** What batches came to, also those that were deleted. */
    reports(project: Project, page: PageRequest): Promise<Page<BatchReport>>;
    report(project: Project, batchId: number): Promise<BatchReport>;
  };

  readonly idempotency: {
    begin(claim: IdempotencyClaim): Promise<Begun>;
    finish(claim: IdempotencyClaim, bodyHash: string, response: SavedResponse): Promise<void>;
    abandon(claim: IdempotencyClaim): Promise<void>;
  };

  readonly webhooks: WebhookVerbs;
  readonly alerts: AlertVerbs;

  readonly copies: {
    /** A copy of the project as bytes of JSON lines, as of one moment. */
    export(project: Project): ReadableStream<Uint8Array>;
    /** Brings in a copy under a name. @throws Fault conflict `project_exists`; invalid `not_a_copy`, `copy_broken` */
    import(name: string, body: AsyncIterable<Uint8Array>): Promise<BroughtIn>;
  };

  readonly encryption: {
    state(): Promise<SealingState>;
    /** Seals everything anew with the newest key, in the background. */
    begin(): Promise<SealingState>;
  };

  readonly system: {
    workers(): Promise<readonly Worker[]>;
    /** @throws Fault not_found */
    drain(workerId: number): Promise<void>;
    stats(project: Project): Promise<Stats>;
    /** Hours in which something happened, oldest first. */
    hours(project: Project, since: number): Promise<readonly (Hour & { readonly figures: Figures })[]>;
    /** Since the beginning. */
    totals(project: Project): Promise<HourTotals>;
    /** Figures as Prometheus reads them. */
    metrics(): Promise<string>;
    health(): Promise<Health>;
    /** What this server is made of, for people. */
    describe(): Promise<Description>;
  };
}
