import type { App } from '#core/app.ts';
import type { Answering } from '#core/answers/answering.ts';
import type { ProjectEmbedders } from '#core/documents/project-embedders.ts';
import type { Health } from '#core/platform/health.ts';
import type { CallLimits } from '#core/platform/limit-calls.ts';
import type { ProjectRemover } from '#core/platform/remove-project.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import type { ServiceWatch } from '#core/platform/watch-service.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import type { Models } from '../open/open-models.ts';
import type { Queue } from '../open/open-queue.ts';

export interface SystemBindings {
  readonly store: Store;
  readonly queue: Queue;
  readonly answering: Answering;
  readonly models: Models;
  readonly embedders: ProjectEmbedders;
  readonly config: Config;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly bus: Bus;
  /** null: there is no second tier of answers. */
  readonly cacheWatch: ServiceWatch | null;
  readonly vectorPart: Health['parts'][number] | null;
  readonly limits: CallLimits;
  readonly passthrough: App['passthrough'];
  readonly holdings: App['holdings'];
  readonly budgets: TokenBudgets;
  readonly remover: Pick<ProjectRemover, 'remove'>;
}
