import type { Reading } from '#domain/alert.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Store } from '#ports/store/store.ts';

/** Looks at one thing that may need a person. */
export type AlertSource = () => Promise<readonly Reading[]>;

export interface AlertWatchDeps {
  readonly store: Pick<Store, 'alerts' | 'projects'>;
  readonly sources: Readonly<Record<string, AlertSource>>;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}

/** Raises what has come to be the matter and clears what is over: once each, also of many processes and over restarts. */
export async function checkAlerts(deps: AlertWatchDeps): Promise<void> {
  const { store, sources, log } = deps;
  const open = new Set((await store.alerts.open()).map(keyOf));
  for (const [name, source] of Object.entries(sources)) {
    try {
      const moved = (await source()).filter((reading) => reading.isOver !== open.has(keyOf(reading)));
      for (const reading of moved) await move(deps, reading);
    } catch (error) {
      // A source that cannot be read says nothing; the others do.
      log('warn', 'alert_unread', { source: name, why: String(error) });
    }
  }
}

async function move({ store, notifier, clock }: AlertWatchDeps, reading: Reading): Promise<void> {
  const alert = reading.isOver
    ? await store.alerts.raise(reading, clock())
    : await store.alerts.clear(reading, clock());
  if (alert === null) return;
  const project = (await store.projects.list()).find(({ id }) => id === alert.projectId);
  notifier.notify(alert, project?.name ?? null);
}

function keyOf({ projectId, kind }: Pick<Reading, 'projectId' | 'kind'>): string {
  return `${projectId ?? 'server'} ${kind}`;
}
