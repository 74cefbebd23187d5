import type { Alert } from '#domain/alert.ts';
import { showId } from '#domain/ids.ts';
import * as wire from '#wire/index.ts';
import { type Endpoint, onServer } from '../endpoint.ts';
import { iso, isoOrNull } from '../present/value.ts';
import { json } from '../reply.ts';

const list = onServer({
  method: 'get',
  path: '/alerts',
  tag: 'System',
  scope: 'read',
  isForAnyKey: true,
  summary: 'What needs a person, newest first',
  description:
    'Raised once and cleared when it is over. A key of one project sees those of that project; `open=true` leaves out what is over.',
  query: wire.AlertQuery,
  replies: { 200: wire.AlertPage },
  handle: async ({ access, query: { limit, cursor, open } }, { app }) => {
    const page = await app.alerts.list(access, { limit, cursor: cursor ?? null });
    const names = new Map((await app.projects.list()).map(({ id, name }) => [id, name]));
    const items = open === true ? page.items.filter(({ clearedAt }) => clearedAt === null) : page.items;
    return json(200, { items: items.map((alert) => present(alert, names)), nextCursor: page.next });
  },
});

export const alertEndpoints: readonly Endpoint[] = [list];

function present(alert: Alert, names: ReadonlyMap<number, string>): wire.Alert {
  const { id, projectId, kind, message, value, threshold, raisedAt, clearedAt } = alert;
  return {
    id: showId('alert', id),
    project: projectId === null ? null : (names.get(projectId) ?? null),
    kind,
    message,
    value,
    threshold,
    raisedAt: iso(raisedAt),
    clearedAt: isoOrNull(clearedAt),
  };
}
