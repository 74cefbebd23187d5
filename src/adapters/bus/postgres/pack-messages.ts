import type { Notice } from '#ports/bus.ts';
import type { Message } from '../notices/message.ts';

/** PostgreSQL takes less than 8,000 bytes. */
const MOST_BYTES = 7_900;

/** As few messages as hold the notices, in order. One that is too large by itself is told in part, or left out. */
export function packMessages(from: string, notices: readonly Notice[]): string[] {
  const payloads: string[] = [];
  const empty = Buffer.byteLength(JSON.stringify({ from, notices: [] } satisfies Message));
  let group: string[] = [];
  let bytes = empty;
  const close = (): void => {
    if (group.length > 0) payloads.push(`{"from":${JSON.stringify(from)},"notices":[${group.join(',')}]}`);
    group = [];
    bytes = empty;
  };
  for (const notice of notices.flatMap(split)) {
    const text = JSON.stringify(notice);
    const size = Buffer.byteLength(text) + 1;
    if (empty + size > MOST_BYTES) continue;
    if (bytes + size > MOST_BYTES) close();
    group.push(text);
    bytes += size;
  }
  close();
  return payloads;
}

/** Ids that one notice names at most. */
const MOST_NAMED = 100;

function split(notice: Notice): Notice[] {
  if (notice.kind === 'progress') return chunks(notice.batchIds).map((batchIds) => ({ ...notice, batchIds }));
  return [notice];
}

function chunks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / MOST_NAMED) }, (_, i) =>
    all.slice(i * MOST_NAMED, (i + 1) * MOST_NAMED),
  );
}
