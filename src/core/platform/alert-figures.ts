import type { Alert } from '#domain/alert.ts';
import type { Project } from '#domain/project.ts';
import type { Figure } from '#ports/metrics.ts';

/** What needs a person, for a monitoring system. */
export function alertFigures(open: readonly Alert[], projects: readonly Project[]): Figure {
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  return {
    name: 'preheat_alert_open',
    help: 'Alerts that are not over; those without a project are about the server.',
    kind: 'gauge',
    values: open.map(({ kind, projectId }) => ({
      labels: { kind, project: projectId === null ? '' : (names.get(projectId) ?? '') },
      value: 1,
    })),
  };
}
