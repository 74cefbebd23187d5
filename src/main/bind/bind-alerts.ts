import { totalmem } from 'node:os';
import { LogNotifier } from '#adapters/notifier/log/log-notifier.ts';
import { alertSources } from '#core/platform/read-alerts.ts';
import type { AlertSourceDeps } from '#core/platform/read-alerts.ts';
import { ownProjectId } from '#core/platform/manage-keys.ts';
import type { AlertVerbs } from '#core/platform/alert-verbs.ts';
import { checkAlerts } from '#core/platform/watch-alerts.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import type { WorkerRole } from '#domain/worker.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { diskPercent } from '../doctor/disk-percent.ts';
import { every } from '../every.ts';
import { isLeading } from '../is-leading.ts';
import { standardThresholds } from '../settings/standard-thresholds.ts';

export interface AlertBindings {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  readonly role: WorkerRole;
  readonly workerId: () => number;
  readonly budgets: TokenBudgets;
  readonly models: { states(): ReturnType<AlertSourceDeps['models']> };
  readonly services: AlertSourceDeps['services'];
}

const DAY_MS = 86_400_000;

/** Watches what may need a person. Of several servers one does; memory and disk are its own. */
export function bindAlerts(parts: AlertBindings): {
  readonly verbs: AlertVerbs;
  start(): void;
  close(): void;
} {
  const { store, clock, log, config, role, budgets, models, services } = parts;
  const watch = {
    store,
    clock,
    log,
    notifier: new LogNotifier(log),
    sources: alertSources({
      store,
      budgets,
      models: () => models.states(),
      services,
      clock,
      memoryPercent: () => (process.memoryUsage.rss() / memoryAllowed()) * 100,
      diskPercent: () => diskPercent(config.PREHEAT_DATA),
      thresholds: thresholdsOf(config),
    }),
  };
  const keptMs = config.PREHEAT_ALERTS_KEPT_DAYS * DAY_MS;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    verbs: {
      list: async (by, page) => store.alerts.list(await ownProjectId(store, by), page),
      open: () => store.alerts.open(),
    },
    start() {
      if (role !== 'server') return;
      timer = every(config.PREHEAT_ALERT_SECONDS * 1_000, log, async () => {
        if (!(await isLeading(store, clock, parts.workerId()))) return;
        await checkAlerts(watch);
        await store.alerts.sweep(clock() - keptMs);
      });
    },
    close() {
      clearInterval(timer);
    },
  };
}

function thresholdsOf(config: Config): AlertSourceDeps['thresholds'] {
  return {
    ...standardThresholds(config),
    memoryPercent: config.PREHEAT_ALERT_MEMORY_PERCENT,
    diskPercent: config.PREHEAT_ALERT_DISK_PERCENT,
    redisMemoryPercent: config.PREHEAT_ALERT_REDIS_MEMORY_PERCENT,
  };
}

/** What a container may have, where there is one. */
function memoryAllowed(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
