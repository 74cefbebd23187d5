import { Fault, notFound } from '#domain/fault.ts';
import { batchOfItem, itemId, showId } from '#domain/ids.ts';
import type { Batch } from '#domain/batch.ts';
import type { Json } from '#domain/json.ts';
import { isUnfiltered, NO_FILTER } from '#domain/passage-filter.ts';
import type { Project } from '#domain/project.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Asked, AskView, Caller, Question } from './asking.ts';
import { checkFilter, showFilter } from './read-filter.ts';
import type { SubmitCommand } from '../queue/submission.ts';
import type { Wait } from '../queue/views.ts';

/** Asking in the background. */
export interface AskVerbs {
  /** Queues one question; the ask's id is its item's. @throws Fault conflict `no_callbacks` */
  start(project: Project, question: Question, callbackUrl: string | null): Promise<number>;
  get(project: Project, askId: number, wait: Wait): Promise<AskView>;
}

export interface AsyncAskDeps {
  readonly store: Pick<Store, 'items' | 'batches'>;
  /** Whether the project can sign what goes to a caller's own address. @throws Fault when the address is never called */
  readonly checkCallback: (project: Project, url: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly submit: (command: SubmitCommand) => Promise<{ batch: Batch }>;
  readonly waitForBatch: (project: Project, batchId: number, wait: Wait) => Promise<unknown>;
  readonly ask: (project: Project, question: Question, caller: Caller) => Promise<Asked>;
}

/** Goes ahead of bulk work: somebody waits for it. */
const PRIORITY = 5;

/** Queues one question: a batch of one that no list shows. Its id is the item's. */
export async function startAsk(
  deps: AsyncAskDeps,
  project: Project,
  question: Question,
  callbackUrl: string | null,
): Promise<number> {
  if (question.cache === 'only') {
    throw new Fault(
      'invalid',
      'invalid_mode',
      'cache "only" generates nothing, so there is nothing to queue: ask with mode "sync".',
    );
  }
  if (callbackUrl !== null && !(await deps.checkCallback(project, callbackUrl))) {
    throw new Fault(
      'conflict',
      'no_callbacks',
      'What goes to callbackUrl is signed, and this project has no secret for that: make one with POST /api/v1/webhooks {"kind": "callbacks"} first.',
    );
  }
  const { batch } = await deps.submit({
    project,
    workload: 'answers',
    input: { kind: 'entries', entries: [entryOf(question)] },
    source: { kind: 'ask', detail: null },
    name: null,
    priority: PRIORITY,
    paceMs: 0,
    concurrency: null,
    maxAttempts: null,
    options: question.cache === 'refresh' ? { refresh: true } : {},
    metadata: callbackUrl === null ? {} : { callbackUrl },
    key: null,
    keyId: question.keyId ?? null,
    requestId: question.requestId ?? null,
  });
  return itemId(batch.id, 1);
}

function entryOf({ question, filter = NO_FILTER }: Question): Json {
  return isUnfiltered(filter) ? question : { question, filter: showFilter(filter) };
}

/** @throws Fault `not_found` */
export async function getAsk(
  deps: AsyncAskDeps,
  project: Project,
  askId: number,
  wait: Wait,
): Promise<AskView> {
  const batch = await deps.store.batches.find(project.id, batchOfItem(askId));
  if (batch?.source.kind !== 'ask') throw notFound('ask', showId('ask', askId));
  if (batch.endedAt === null && wait.seconds > 0) await waitForEnd(deps, project, batch, wait);
  const item = await deps.store.items.find(project.id, askId);
  if (item === null) throw notFound('ask', showId('ask', askId));
  if (item.status !== 'completed' && item.status !== 'skipped') return { item, asked: null };
  const question = item.payload['question'] as string;
  const filter = checkFilter(item.payload['filter']);
  return { item, asked: await deps.ask(project, { question, filter, cache: 'use' }, wait) };
}

async function waitForEnd(deps: AsyncAskDeps, project: Project, batch: Batch, wait: Wait): Promise<void> {
  const until = deps.clock() + wait.seconds * 1_000;
  let now: Batch | null = batch;
  while (now !== null && now.endedAt === null && !wait.signal.aborted) {
    const seconds = (until - deps.clock()) / 1_000;
    if (seconds <= 0) return;
    await deps.waitForBatch(project, batch.id, { seconds, sinceVersion: now.version, signal: wait.signal });
    now = await deps.store.batches.find(project.id, batch.id);
  }
}
