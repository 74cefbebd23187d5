import type { Alert, AlertKind } from '#domain/alert.ts';
import type { JsonObject } from '#domain/json.ts';

export const ALERT_COLUMNS = 'id, project_id, kind, message, value, threshold, raised_at, cleared_at';

/** Whom an alert of the server is told to. */
export const SERVER_ALERTS_GO_TO = 'default';

export function toAlert(given: unknown): Alert {
  const row = given as AlertRow;
  return {
    id: row.id,
    projectId: row.project_id,
    kind: row.kind,
    message: row.message,
    value: row.value,
    threshold: row.threshold,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
  };
}

interface AlertRow {
  id: number;
  project_id: number | null;
  kind: AlertKind;
  message: string;
  value: number;
  threshold: number;
  raised_at: number;
  cleared_at: number | null;
}

/** What is told of it. */
export function detailOfAlert({ kind, message, value, threshold }: Omit<Alert, 'id'>): JsonObject {
  return { kind, message, value, threshold };
}
