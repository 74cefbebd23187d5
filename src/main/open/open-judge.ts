import type { Answering } from '#core/answers/answering.ts';
import { Judge } from '#core/answers/judge.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import type { Models } from './open-models.ts';

/** Whether a new answer is among those to be judged; none is without a judge. */
export function chooserOf(models: Models, config: Config): () => boolean {
  const share = models.judge() === null ? 0 : config.PREHEAT_JUDGE_PERCENT / 100;
  return () => Math.random() < share;
}

export interface JudgeParts {
  readonly store: Store;
  readonly models: Models;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly budgets: TokenBudgets;
  readonly answering: Pick<Answering, 'retrieve' | 'settings'>;
  readonly workerId: () => number;
}

const LOOK_MS = 1_000;

/** Judges what was chosen, from the start to the stop, where a judge is set. */
export function openJudge(parts: JudgeParts): { start(): void; close(): Promise<void> } {
  const { store, models, config, clock, log, budgets, answering, workerId } = parts;
  const model = models.judge();
  if (model === null) return { start: () => undefined, close: () => Promise.resolve() };
  const judge = new Judge({
    store,
    retrieve: answering.retrieve,
    passages: answering.settings.passages,
    budgets,
    model,
    tokensPerDay: config.PREHEAT_JUDGE_TOKENS_PER_DAY,
    workerId,
    random: Math.random,
    clock,
    log,
  });
  let timer: ReturnType<typeof setInterval> | undefined;
  let look: Promise<void> = Promise.resolve();
  return {
    start() {
      timer = every(LOOK_MS, log, () => (look = judge.judgeDue()));
    },
    async close() {
      clearInterval(timer);
      judge.close();
      await look.catch(() => undefined);
    },
  };
}
