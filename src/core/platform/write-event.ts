import { showId } from '#domain/ids.ts';
import type { JsonObject } from '#domain/json.ts';
import type { ClaimedDelivery } from '#ports/store/webhooks.ts';

/** What a receiver gets: `type` and `timestamp` of what happened, and `data` about it. */
export function writeEvent(delivery: ClaimedDelivery, more: JsonObject): string {
  const { event, createdAt, project, detail } = delivery;
  const data = { project, ...dataOf(delivery, detail), ...more };
  return JSON.stringify({ type: event, timestamp: iso(createdAt), data });
}

type Tell = (id: number, detail: JsonObject) => JsonObject;

const TELL: Readonly<Record<string, Tell>> = {
  batch(id, { createdAt, endedAt, ...rest }) {
    const times = { createdAt: isoOrNull(createdAt), endedAt: isoOrNull(endedAt) };
    return { id: showId('batch', id), ...rest, ...times };
  },
  item(id, detail) {
    const { batch, status = null, reason = null } = detail;
    const batchId = showId('batch', batch as number);
    return { id: showId('item', id), batchId, status, reason, error: errorOf(detail) };
  },
  ask: (id, detail) => ({
    id: showId('ask', id),
    status: detail['status'] ?? null,
    error: errorOf(detail),
  }),
  document: (id, detail) => ({ id: showId('document', id), ...detail }),
};

/** By the first word of the event; what has no way of its own is told as it was written down. */
function dataOf({ event, subject }: ClaimedDelivery, detail: JsonObject): JsonObject {
  const tell = TELL[event.split('.')[0] as string];
  return tell === undefined || subject === null ? detail : tell(subject, detail);
}

function errorOf({ errorCode, errorMessage }: JsonObject): JsonObject | null {
  return typeof errorCode === 'string' ? { code: errorCode, message: errorMessage ?? '' } : null;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: unknown): string | null {
  return typeof ms === 'number' ? iso(ms) : null;
}
