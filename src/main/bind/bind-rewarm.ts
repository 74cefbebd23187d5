import { budgetedEmbedder } from '#core/platform/budgeted-embedder.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import type { App } from '#core/app.ts';
import type { Answering } from '#core/answers/answering.ts';
import { MissGroups } from '#core/answers/miss-groups.ts';
import type { ProjectEmbedders } from '#core/documents/project-embedders.ts';
import { isOvertaken } from '#core/freshness/overtaken.ts';
import { Rewarmer } from '#core/freshness/rewarmer.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import { isLeading } from '../is-leading.ts';

export interface RewarmBindings {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly batches: Pick<App['batches'], 'submit'>;
  readonly answering: Answering;
  readonly embedders: Pick<ProjectEmbedders, 'forQuestions'>;
  readonly config: Pick<Config, 'PREHEAT_REWARM_TOKENS_PER_DAY'>;
  readonly budgets: Pick<TokenBudgets, 'run'>;
  readonly workerId: () => number;
}

const LOOK_MS = 2_000;

/** Lets the server keep answers warm by itself. */
export function bindRewarm(parts: RewarmBindings): { start(): void; close(): void } {
  const { store, clock, log, batches, answering, config, embedders, budgets } = parts;
  const closing = new AbortController();
  const onError = (error: unknown): void => log('warn', 'misses_not_grouped', { why: String(error) });
  const embedderOf = async (projectId: number) =>
    budgetedEmbedder(await embedders.forQuestions(projectId), { projectId, keyId: null }, budgets);
  const groups = new MissGroups({ store, embedderOf, clock, onError });
  const rewarmer = new Rewarmer({
    store,
    clock,
    log,
    groups,
    tokensPerDay: config.PREHEAT_REWARM_TOKENS_PER_DAY,
    workerId: parts.workerId,
    submit: (command) => batches.submit(command),
    profileOf: async (projectId) => (await answering.profiles.of(projectId)).id,
    isOvertaken: (answer, signal) => isOvertaken(answering, answer, signal),
  });
  const look = async (): Promise<void> => {
    await groups.look(closing.signal);
    await rewarmer.look(closing.signal);
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    start() {
      timer = every(LOOK_MS, log, async () => {
        if (!(await isLeading(store, clock, parts.workerId()))) return;
        await look().catch((error: unknown) => {
          if (!closing.signal.aborted) throw error;
        });
      });
    },
    close() {
      clearInterval(timer);
      closing.abort();
    },
  };
}
