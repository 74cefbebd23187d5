import type { AuditEntry, NewAuditEntry } from '#domain/audit.ts';

export const AUDIT_COLUMNS = 'id, at, project_id, key_id, actor, action, thing, address, request_id';

/** What a search looks through. */
export const AUDIT_TEXT = `lower(actor || ' ' || action || ' ' || coalesce(thing, '') || ' ' || coalesce(address, '') || ' ' || request_id)`;

/** In the order of the insert. */
export function auditValues(entry: NewAuditEntry): (string | number | null)[] {
  const { at, projectId, keyId, actor, action, thing, address, requestId } = entry;
  return [at, projectId, keyId, actor, action, thing, address, requestId];
}

export function toAuditEntry(given: unknown): AuditEntry {
  const row = given as AuditRow;
  return {
    id: row.id,
    at: row.at,
    projectId: row.project_id,
    keyId: row.key_id,
    actor: row.actor,
    action: row.action,
    thing: row.thing,
    address: row.address,
    requestId: row.request_id,
  };
}

interface AuditRow {
  id: number;
  at: number;
  project_id: number | null;
  key_id: number | null;
  actor: string;
  action: string;
  thing: string | null;
  address: string | null;
  request_id: string;
}
