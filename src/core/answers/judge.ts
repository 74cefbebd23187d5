import { fingerprintOf } from './make-answer.ts';
import type { MakeDeps, Retrieved } from './make-answer.ts';
import { judgePrompt, readMarks } from './judge-prompt.ts';
import type { Marks } from './judge-prompt.ts';
import type { TokenBudgets } from '../platform/token-budgets.ts';
import type { Answer } from '#domain/answer.ts';
import { backoffMs } from '#domain/backoff.ts';
import type { RetryPolicy } from '#domain/backoff.ts';
import { BudgetSpent, reckonTokens } from '#domain/budget.ts';
import { Fault } from '#domain/fault.ts';
import type { JudgingCase, JudgingTrouble } from '#domain/judging-case.ts';
import { ModelFault } from '#domain/model-fault.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { LanguageModel, TextSink, Written } from '#ports/model.ts';
import type { Store } from '#ports/store/store.ts';

/** Named counters by the hour: what judging took, and the sums of the marks. */
export const JUDGE_FIGURES = {
  tokens: 'judgeTokens',
  answers: 'judged',
  faithful: 'judgedFaithful',
  complete: 'judgedComplete',
} as const;

export interface JudgeDeps {
  readonly store: {
    readonly cases: Pick<Store['cases'], 'claim' | 'drop' | 'giveBack' | 'postpone'>;
    readonly answers: Pick<Store['answers'], 'find'>;
    readonly judgements: Pick<Store['judgements'], 'put'>;
    readonly figures: Pick<Store['figures'], 'add' | 'byHour'>;
  };
  readonly retrieve: MakeDeps['retrieve'];
  /** Passages that the generator is given. */
  readonly passages: number;
  readonly model: LanguageModel;
  /** Of the project whose answer is judged: where it is spent, nothing is. */
  readonly budgets: Pick<TokenBudgets, 'run'>;
  /** Of a project, within 24 hours. */
  readonly tokensPerDay: number;
  /** This process, as the store knows it. */
  readonly workerId: () => number;
  readonly random: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RETRY: RetryPolicy = { maxAttempts: 4, baseMs: 60_000, maxMs: HOUR_MS };
/** A model that is down is tried again after this, whatever it is asked; it says so itself where it knows. */
const OUTAGE_MS = 60_000;
const UNHEARD: TextSink = { write: () => {}, restart: () => {} };

/**
 * Has the answers judged that were chosen for it, one after the other and behind everything else. Nobody waits for it;
 * what a process had in hand when it went away is judged by another, or by the next.
 */
export class Judge {
  readonly #deps: JudgeDeps;
  readonly #closing = new AbortController();

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
  }

  /** Until none is due. Not to be called again before it is done. */
  async judgeDue(): Promise<void> {
    const { store, clock, workerId } = this.#deps;
    while (!this.#closing.signal.aborted) {
      const claimed = await store.cases.claim(workerId(), clock());
      if (claimed === null) return;
      await this.#try(claimed);
    }
  }

  /** What is in hand stays claimed by this process: when that is gone, others take it. */
  close(): void {
    this.#closing.abort(new DOMException('The server is stopping.', 'AbortError'));
  }

  async #try(claimed: JudgingCase): Promise<void> {
    try {
      await this.#judge(claimed);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      await this.#giveBack(claimed, error);
    }
  }

  async #giveBack(claimed: JudgingCase, error: unknown): Promise<void> {
    const { store, clock, random, log, model } = this.#deps;
    const trouble = troubleOf(error);
    const waitMs = waitOf(error);
    if (waitMs !== null) return store.cases.postpone(claimed, clock() + waitMs, trouble);
    const attempts = claimed.attempts + 1;
    const isOver = attempts >= RETRY.maxAttempts;
    const dueAt = clock() + backoffMs(RETRY, attempts, random());
    const failedAt = isOver ? clock() : null;
    log('warn', 'judging_failed', { judge: model.name, answerId: claimed.answerId, attempts, ...trouble });
    await store.cases.giveBack(claimed, { attempts, dueAt, failedAt, trouble });
  }

  async #judge(claimed: JudgingCase): Promise<void> {
    const { store } = this.#deps;
    const answer = await store.answers.find(claimed.projectId, claimed.answerId);
    const retrieved = answer?.createdAt === claimed.madeAt ? await this.#retrieve(answer) : null;
    // Another answer, or another evidence: nobody will be given what was chosen.
    if (answer === null || retrieved === null) return void (await store.cases.drop(claimed));
    await this.#checkBudget(answer.projectId);
    const prompt = judgePrompt(answer, retrieved.passages);
    const { text, usage } = await this.#ask(answer.projectId, prompt);
    const marks = readMarks(text);
    const { clock, model } = this.#deps;
    const tokens = tokensOf({ usage });
    const { projectId, key, createdAt: madeAt } = answer;
    const judgement = { projectId, key, madeAt, judge: model.name, tokens, judgedAt: clock() };
    const isKept = marks !== null && (await store.judgements.put({ ...judgement, ...marks }, claimed));
    const counted = isKept ? sumsOf(marks) : {};
    await store.figures.add(projectId, 0, { [JUDGE_FIGURES.tokens]: tokens, ...counted }, clock());
    if (marks === null) throw new UnreadableJudgement();
  }

  /** The passages that it rests on; null when retrieval gives others by now. */
  async #retrieve({ projectId, question, filter, profile, evidence }: Answer): Promise<Retrieved | null> {
    const { retrieve, passages: limit } = this.#deps;
    const retrieved = await retrieve({
      projectId,
      keyId: null,
      question,
      filter,
      limit,
      signal: this.#closing.signal,
    });
    return fingerprintOf(profile, retrieved.passages) === evidence.fingerprint ? retrieved : null;
  }

  #ask(projectId: number, prompt: Parameters<LanguageModel['write']>[0]): Promise<Written> {
    const { budgets, model } = this.#deps;
    const reckoned = reckonTokens(prompt.instructions) + reckonTokens(prompt.material);
    return budgets.run(
      { projectId, keyId: null },
      { prompt: reckoned, most: reckoned + model.maxOutputTokens },
      { call: () => model.write(prompt, this.#closing.signal, UNHEARD), tokensOf },
    );
  }

  /** @throws BudgetSpent until the next hour, when that of a day ago counts no more */
  async #checkBudget(projectId: number): Promise<void> {
    const { store, clock, tokensPerDay } = this.#deps;
    const hours = await store.figures.byHour(projectId, clock() - DAY_MS);
    const spent = hours.reduce((sum, { figures }) => sum + (figures[JUDGE_FIGURES.tokens] ?? 0), 0);
    if (spent < tokensPerDay) return;
    const seconds = Math.ceil((HOUR_MS - (clock() % HOUR_MS)) / 1_000);
    throw new BudgetSpent(`Judging has taken its ${tokensPerDay} tokens of 24 hours.`, seconds);
  }
}

class UnreadableJudgement extends Fault {
  constructor() {
    super('unavailable', 'judgement_unreadable', 'The judge wrote something else than marks.');
  }
}

/** Nothing is wrong with the case itself; null: that may be. */
function waitOf(error: unknown): number | null {
  const isWaitedFor = error instanceof BudgetSpent || (error instanceof ModelFault && error.isOutage);
  if (!isWaitedFor) return null;
  return error.retryAfterSeconds === undefined ? OUTAGE_MS : error.retryAfterSeconds * 1_000;
}

function troubleOf(error: unknown): JudgingTrouble {
  const why = error instanceof Error ? error.message : String(error);
  return { code: error instanceof Fault ? error.code : 'internal', why };
}

function tokensOf({ usage }: Pick<Written, 'usage'>): number {
  return usage.inputTokens + usage.outputTokens;
}

function sumsOf({ faithful, complete }: Marks) {
  return {
    [JUDGE_FIGURES.answers]: 1,
    [JUDGE_FIGURES.faithful]: faithful,
    [JUDGE_FIGURES.complete]: complete,
  };
}
