import { BudgetSpent, reckonTokens } from '#domain/budget.ts';
import type { NewAnswer } from '#domain/answer.ts';
import type { Passage } from '#domain/document.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { LanguageModel, TextSink, Written } from '#ports/model.ts';
import type { FigureStore } from '#ports/store/figures.ts';
import type { JudgementStore } from '#ports/store/judgements.ts';
import type { TokenBudgets } from '../platform/token-budgets.ts';
import { judgePrompt, readMarks } from './judge-prompt.ts';

/** Named counters by the hour: what judging took, and the sums of the marks. */
export const JUDGE_FIGURES = {
  tokens: 'judgeTokens',
  answers: 'judged',
  faithful: 'judgedFaithful',
  complete: 'judgedComplete',
} as const;

export interface JudgeDeps {
  readonly store: {
    readonly judgements: Pick<JudgementStore, 'put'>;
    readonly figures: Pick<FigureStore, 'add' | 'byHour'>;
  };
  readonly model: LanguageModel;
  /** Of the project whose answer is judged: where it is spent, nothing is. */
  readonly budgets: Pick<TokenBudgets, 'run'>;
  /** Of new answers, from 0 to 1. */
  readonly share: number;
  /** Of a project, within 24 hours. */
  readonly tokensPerDay: number;
  readonly random: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

interface Case {
  readonly answer: NewAnswer;
  readonly passages: readonly Passage[];
}

const DAY_MS = 86_400_000;
/** More than these are not waited with: a sample is a sample. */
const MOST_WAITING = 50;
const UNHEARD: TextSink = { write: () => {}, restart: () => {} };

/**
 * Has a sample of new answers judged by a model, one after the other and behind everything else. Nobody waits for it;
 * what is waiting when the process ends is not judged.
 */
export class Judge {
  readonly #deps: JudgeDeps;
  readonly #waiting: Case[] = [];
  readonly #closing = new AbortController();
  #work: Promise<void> | null = null;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
  }

  /** Takes a new answer, perhaps. */
  readonly witness = (answer: NewAnswer, passages: readonly Passage[]): void => {
    const { share, random } = this.#deps;
    if (this.#closing.signal.aborted || random() >= share || this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push({ answer, passages });
    this.#work ??= this.#judgeAll().finally(() => {
      this.#work = null;
    });
  };

  /** Resolves when nothing is waiting. */
  async settled(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException('The server is stopping.', 'AbortError'));
    this.#waiting.length = 0;
    await this.settled();
  }

  async #judgeAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#judge(next);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        if (error instanceof BudgetSpent) continue;
        this.#deps.log('warn', 'judging_failed', { why: String(error) });
      }
    }
  }

  async #judge({ answer, passages }: Case): Promise<void> {
    const { store, model, clock, log, budgets } = this.#deps;
    if ((await this.#spent(answer.projectId)) >= this.#deps.tokensPerDay) return;
    const prompt = judgePrompt(answer, passages);
    const reckoned = reckonTokens(prompt.instructions) + reckonTokens(prompt.material);
    const { text, usage } = await budgets.run(
      { projectId: answer.projectId, keyId: null },
      { prompt: reckoned, most: reckoned + model.maxOutputTokens },
      { call: () => model.write(prompt, this.#closing.signal, UNHEARD), tokensOf },
    );
    const tokens = tokensOf({ usage });
    const marks = readMarks(text);
    const counted = marks === null ? {} : sumsOf(marks);
    await store.figures.add(answer.projectId, 0, { [JUDGE_FIGURES.tokens]: tokens, ...counted }, clock());
    if (marks === null) {
      log('warn', 'judgement_unreadable', { judge: model.name });
      return;
    }
    await store.judgements.put({
      projectId: answer.projectId,
      key: answer.key,
      madeAt: answer.createdAt,
      ...marks,
      judge: model.name,
      tokens,
      judgedAt: clock(),
    });
  }

  async #spent(projectId: number): Promise<number> {
    const hours = await this.#deps.store.figures.byHour(projectId, this.#deps.clock() - DAY_MS);
    return hours.reduce((sum, { figures }) => sum + (figures[JUDGE_FIGURES.tokens] ?? 0), 0);
  }
}

function tokensOf({ usage }: Pick<Written, 'usage'>): number {
  return usage.inputTokens + usage.outputTokens;
}

function sumsOf({ faithful, complete }: { readonly faithful: number; readonly complete: number }) {
  return {
    [JUDGE_FIGURES.answers]: 1,
    [JUDGE_FIGURES.faithful]: faithful,
    [JUDGE_FIGURES.complete]: complete,
  };
}
