import type { Answer } from '#domain/answer.ts';
import { Fault } from '#domain/fault.ts';
import { hourOf } from '#domain/hour.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Miss, MissGroup } from '#domain/miss.ts';
import { filterText, isUnfiltered } from '#domain/passage-filter.ts';
import type { Project } from '#domain/project.ts';
import type { RewarmSettings } from '#domain/project-settings.ts';
import type { Clock, Log } from '#ports/log.ts';
import { MOST_MISSES as ALL_MISSES } from '#ports/store/misses.ts';
import type { Store } from '#ports/store/store.ts';
import type { App } from '../app.ts';
import { showFilter } from '../answers/read-filter.ts';
import { spentOnRewarm } from './rewarm-budget.ts';

export interface RewarmDeps {
  readonly store: Pick<
    Store,
    'answers' | 'batches' | 'figures' | 'idempotency' | 'misses' | 'projects' | 'rewarm'
  >;
  readonly clock: Clock;
  readonly log: Log;
  /** This process, as a worker. */
  readonly workerId: () => number;
  readonly submit: App['batches']['submit'];
  /** Under which a project's answers are asked for now. */
  readonly profileOf: (projectId: number) => Promise<string>;
  /** Where a project chose nothing; 0: nothing is made again by itself. */
  readonly tokensPerDay: number;
}

/**
 * `busy`: a batch of before is still open. `more`: there is more to look at than one round takes. `spent`: what is left
 * is beyond the budget.
 */
export type Rewarmed = 'off' | 'busy' | 'nothing' | 'queued' | 'more' | 'spent';

/** Answers that one round looks at. */
const ONE_ROUND = 500;
/** What was queued and not made (it failed, somebody cancelled it) is left alone for so long. */
const AGAIN_MS = 3_600_000;
/** That one round warms. */
const MOST_MISSES = 50;
/** A question that was missed once or twice, in whichever words, may never be asked again. */
const POPULAR = 3;
/** Wordings of one question that are warmed: the one that was missed most, and others that were missed more than once. */
const MOST_WORDINGS = 3;
const POPULAR_WITHIN_MS = 7 * 86_400_000;
/** Behind whatever people want. */
const PRIORITY = -5;

type Why = 'documents' | 'expiry' | 'missed';

type Asked = Pick<Answer, 'question' | 'filter'>;

interface Entry extends Asked {
  readonly why: Why;
  readonly tokens: number;
  /** 0: a miss, there is no answer yet. */
  readonly answerId: number;
}

/**
 * Queues what a project should have warm again before somebody asks: answers that were found overtaken by the documents,
 * answers that are used and will expire soon, and popular misses where the project allows it. Most used first, as one batch
 * like any other, and never two of them; within the tokens that a day may cost, reckoned by what they cost before.
 */
export async function rewarmProject(deps: RewarmDeps, project: Project, tried: Tried): Promise<Rewarmed> {
  const { store, clock } = deps;
  const { settings } = await store.projects.settings(project.id);
  const perDay = settings.rewarm?.tokensPerDay ?? deps.tokensPerDay;
  if (perDay === 0) return 'off';
  // Read first: whoever queues after this read has another last batch, or the same key as this one.
  const lastBatchId = await findLastBatch(deps, project.id);
  if (await hasOpenBatch(deps, project.id)) return 'busy';
  const budget = new Budget(perDay - (await spentOnRewarm(store.figures, project.id, clock())));
  const due = await gatherDue(deps, project, budget);
  const missed = await gatherMissed(deps, project, { budget, tried, rewarm: settings.rewarm });
  const entries = [...due.entries, ...missed];
  if (entries.length > 0 && !(await queue(deps, project, { entries, lastBatchId }))) return 'busy';
  for (const missedOne of missed) tried.set(nameOf(project, missedOne), clock());
  if (due.isFull) return 'more';
  if (budget.isSpent) return 'spent';
  return entries.length === 0 ? 'nothing' : 'queued';
}

/** Questions that were queued before, and when: misses have no row that could say it. */
export type Tried = Map<string, number>;

/** Takes what fits, in order; after the first that does not, nothing that costs. */
class Budget {
  #left: number;
  isSpent = false;

  constructor(left: number) {
    this.#left = left;
  }

  takes(tokens: number): boolean {
    if (tokens === 0) return true;
    if (this.isSpent || tokens > this.#left) this.isSpent = true;
    else this.#left -= tokens;
    return !this.isSpent;
  }
}

async function findLastBatch({ store }: RewarmDeps, projectId: number): Promise<number> {
  const { items } = await store.batches.list(projectId, { source: 'rewarm' }, { limit: 1, cursor: null });
  return items[0]?.id ?? 0;
}

async function hasOpenBatch({ store }: RewarmDeps, projectId: number): Promise<boolean> {
  for (const status of ['processing', 'paused'] as const) {
    const filter = { source: 'rewarm', status };
    const { items } = await store.batches.list(projectId, filter, { limit: 1, cursor: null });
    if (items.length > 0) return true;
  }
  return false;
}

async function gatherDue(
  deps: RewarmDeps,
  project: Project,
  budget: Budget,
): Promise<{ readonly entries: readonly Entry[]; readonly isFull: boolean }> {
  const { store, clock } = deps;
  const now = clock();
  const profile = await deps.profileOf(project.id);
  const request = { now, profile, queuedBefore: now - AGAIN_MS, limit: ONE_ROUND };
  const due = await store.rewarm.due(project.id, request);
  const entries = due.flatMap((answer): Entry[] => {
    const tokens = tokensOf(answer);
    if (!budget.takes(tokens)) return [];
    const { question, filter } = answer;
    return [{ question, filter, why: whyOf(answer, now), tokens, answerId: answer.id }];
  });
  return { entries, isFull: due.length === ONE_ROUND && !budget.isSpent };
}

/** Of both, the end of its time: that would have come anyway. */
function whyOf({ expiresAt, createdAt, lastHitAt, found }: Answer, now: number): Why {
  const isUsed = found && lastHitAt !== null && lastHitAt > createdAt;
  return isUsed && (expiresAt - now) * 10 <= expiresAt - createdAt ? 'expiry' : 'documents';
}

async function gatherMissed(
  { store, clock }: RewarmDeps,
  project: Project,
  {
    budget,
    tried,
    rewarm,
  }: { readonly budget: Budget; readonly tried: Tried; readonly rewarm: RewarmSettings | null },
): Promise<readonly Entry[]> {
  if (rewarm?.warmsMisses !== true) return [];
  const now = clock();
  for (const [name, at] of tried) if (at < now - AGAIN_MS) tried.delete(name);
  const page = { limit: MOST_MISSES, cursor: null };
  const all = { limit: ALL_MISSES, cursor: null, now };
  const { items } = await store.misses.list(project.id, { state: 'cold' }, all);
  const popular = items
    .filter(({ misses, lastAt }) => misses >= POPULAR && lastAt > now - POPULAR_WITHIN_MS)
    .flatMap(wordingsToWarm)
    .filter((wording) => !tried.has(nameOf(project, wording)))
    .slice(0, MOST_MISSES);
  if (popular.length === 0) return [];
  const { items: known } = await store.answers.list(project.id, {}, page);
  const sum = known.reduce((tokens, answer) => tokens + tokensOf(answer), 0);
  const tokens = known.length === 0 ? 0 : Math.ceil(sum / known.length);
  return popular
    .filter(() => budget.takes(tokens))
    .map(({ question, filter }) => ({ question, filter, why: 'missed', tokens, answerId: 0 }));
}

/** Each wording has an answer of its own, and costs as much as a question. */
function wordingsToWarm({ wordings }: MissGroup): readonly Miss[] {
  return wordings
    .filter(({ misses }, i) => i === 0 || misses > 1)
    .slice(0, MOST_WORDINGS)
    .filter(({ state }) => state === 'cold');
}

/** False when another process was faster. */
async function queue(
  deps: RewarmDeps,
  project: Project,
  { entries, lastBatchId }: { readonly entries: readonly Entry[]; readonly lastBatchId: number },
): Promise<boolean> {
  const { store, clock, log } = deps;
  const now = clock();
  // Whoever comes to the same conclusion at the same time comes with the same key.
  const key = { projectId: project.id, operation: 'rewarm', key: `${lastBatchId}:${hourOf(now)}` };
  if ((await store.idempotency.begin(key, deps.workerId(), now)).kind !== 'fresh') return false;
  try {
    const { batch } = await deps.submit(commandOf(project, entries, { key, now }));
    const answerIds = entries.map(({ answerId }) => answerId).filter((id) => id !== 0);
    await store.rewarm.noteQueued(project.id, answerIds, now);
    log('info', 'rewarm_queued', { project: project.id, batch: batch.id, items: entries.length });
    return true;
  } catch (error) {
    await store.idempotency.abandon(key);
    if (!(error instanceof Fault) || error.kind === 'unavailable') throw error;
    log('warn', 'rewarm_refused', { project: project.id, why: error.message });
    return false;
  }
}

function commandOf(
  project: Project,
  entries: readonly Entry[],
  { key, now }: { readonly key: Parameters<Store['idempotency']['begin']>[0]; readonly now: number },
) {
  const of = (why: Why): number => entries.filter((entry) => entry.why === why).length;
  const parts = [
    [of('documents'), 'changed'],
    [of('expiry'), 'expiring'],
    [of('missed'), 'missed'],
  ] as const;
  const detail = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return {
    project,
    workload: 'answers',
    name: 'Kept warm',
    priority: PRIORITY,
    paceMs: null,
    concurrency: null,
    maxAttempts: null,
    input: { kind: 'entries', entries: entries.map(entryOf) },
    // What somebody else made in the meantime is not made twice.
    options: { madeBefore: new Date(now).toISOString(), onInvalid: 'skip' },
    metadata: {},
    source: { kind: 'rewarm', detail: detail.join(', ') },
    key,
  } as const;
}

function tokensOf({ usage }: Answer): number {
  return usage.inputTokens + usage.outputTokens;
}

function entryOf({ question, filter, why }: Entry): JsonObject {
  return isUnfiltered(filter) ? { question, why } : { question, why, filter: showFilter(filter) };
}

function nameOf(project: Project, { question, filter }: Asked): string {
  return `${project.id}:${filterText(filter)}:${question}`;
}
