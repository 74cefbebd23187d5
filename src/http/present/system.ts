import type { App } from '#core/app.ts';
import type { ServiceState } from '#core/platform/watch-service.ts';
import { showId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';
import type { Worker } from '#domain/worker.ts';
import type { Health } from '#core/platform/health.ts';
import type * as wire from '#wire/index.ts';
import { iso, isoOrNull } from './value.ts';

export function presentProject(project: Project): wire.Project {
  return {
    id: showId('project', project.id),
    name: project.name,
    corpusVersion: project.corpusVersion,
    createdAt: iso(project.createdAt),
  };
}

type CountedHour = Awaited<ReturnType<App['system']['hours']>>[number];

export function presentHour({ startedAt, ...hour }: CountedHour): wire.Hour {
  return { hour: iso(startedAt), ...hour, figures: { ...hour.figures } };
}

export function presentWorker(worker: Worker): wire.Worker {
  return {
    id: showId('worker', worker.id),
    host: worker.host,
    pid: worker.pid,
    version: worker.version,
    role: worker.role,
    isDraining: worker.isDraining,
    startedAt: iso(worker.startedAt),
    heartbeatAt: iso(worker.heartbeatAt),
    leaseUntil: iso(worker.leaseUntil),
    itemsInHand: worker.itemsInHand,
  };
}

export function presentModel(state: Health['models'][number]): wire.ModelState {
  return { ...state, retryAt: isoOrNull(state.retryAt) };
}

/** As long as it never answered. */
const UNKNOWN = {
  product: null,
  usedBytes: null,
  maxBytes: null,
  mayEvict: null,
  evictedKeys: null,
  clients: null,
  commandsPerSecond: null,
  latencyMs: null,
  warnings: [],
};

export function presentService({ name, isUp, why, isFilling, facts }: ServiceState): wire.ServiceState {
  const { warnings, ...rest } = facts ?? UNKNOWN;
  return { name, isUp, why, isFilling, ...rest, warnings: [...warnings] };
}
