import type { AuditEntry } from '#domain/audit.ts';
import { showId } from '#domain/ids.ts';
import * as wire from '#wire/index.ts';
import { type Endpoint, onServer } from '../endpoint.ts';
import { iso } from '../present/value.ts';
import { json } from '../reply.ts';

const list = onServer({
  method: 'get',
  path: '/audit',
  tag: 'Audit',
  scope: 'admin',
  isForAnyKey: true,
  summary: 'Who changed what, newest first',
  description: 'A key of one project sees what was done in that project.',
  query: wire.AuditQuery,
  replies: { 200: wire.AuditPage },
  handle: async ({ access, query: { limit, cursor, text } }, { app }) => {
    const filter = text === undefined ? {} : { text };
    const page = await app.audit.list(access, filter, { limit, cursor: cursor ?? null });
    const names = new Map((await app.projects.list()).map(({ id, name }) => [id, name]));
    return json(200, { items: page.items.map((entry) => present(entry, names)), nextCursor: page.next });
  },
});

export const auditEndpoints: readonly Endpoint[] = [list];

function present(entry: AuditEntry, names: ReadonlyMap<number, string>): wire.AuditEntry {
  const { at, projectId, keyId, actor, action, thing, address, requestId } = entry;
  return {
    at: iso(at),
    project: projectId === null ? null : (names.get(projectId) ?? null),
    actor,
    keyId: keyId === null ? null : showId('key', keyId),
    action,
    thing,
    address,
    requestId,
  };
}
