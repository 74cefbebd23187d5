import { Fault } from '#domain/fault.ts';
import * as wire from '#wire/index.ts';
import { type Call, idFrom, idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import type { Parts } from '../parts.ts';
import { EventFeed, readEventId } from '../events.ts';
import { EventFrames } from '../event-frames.ts';
import { empty, EVENT_STREAM_HEADERS, type Reply } from '../reply.ts';

const TAG = 'Events';

const DESCRIPTION = [
  'Server-sent events `progress`, `paused`, `resumed` and, as the last one of a batch, `complete`, `cancelled` or',
  '`deleted`; the data is always a whole snapshot. The stream ends with the last of them. Reconnect with',
  '`Last-Event-ID`: 204 then means that you have seen the end.',
].join(' ');

/** Made once for each server: its frames are shared by its streams alone. */
export function eventEndpoints(): readonly Endpoint[] {
  const frames = new EventFrames();
  const one = inProject({
    method: 'get',
    path: '/batches/{batchId}/events',
    tag: TAG,
    summary: 'Watch one batch',
    description: DESCRIPTION,
    replies: { 200: 'text/event-stream', 204: null },
    handle: (call, parts) =>
      watch(call, parts, { batchIds: [idIn(call, 'batch')], feed: new EventFeed(frames, true) }),
  });
  const several = inProject({
    method: 'get',
    path: '/events',
    tag: TAG,
    summary: 'Watch several batches',
    description: DESCRIPTION,
    query: wire.EventsQuery,
    replies: { 200: 'text/event-stream', 204: null },
    handle: (call, parts) => {
      const batchIds = [...new Set(call.query.batches.split(',').map((shown) => idFrom('batch', shown)))];
      const { maxWatched } = parts.settings.limits;
      if (batchIds.length > maxWatched) {
        const message = `One stream watches at most ${maxWatched} batches. Open several.`;
        throw new Fault('refused', 'too_many_batches', message);
      }
      return watch(call, parts, { batchIds, feed: new EventFeed(frames, false) });
    },
  });
  return [several, one];
}

async function watch(
  call: Call<unknown, unknown>,
  { app, settings, streams }: Parts,
  what: {
    readonly batchIds: readonly number[];
    readonly feed: EventFeed;
  },
): Promise<Reply> {
  const { feed, batchIds } = what;
  const giveBack = streams.take(call.access, settings.limits.maxStreams);
  feed.signal.addEventListener('abort', giveBack, { once: true });
  const { raw } = call.c.req;
  const seen = readEventId(raw.headers.get('last-event-id'), batchIds);
  raw.signal.addEventListener('abort', () => feed.close(), { once: true });
  const hasMore = await feed.open(
    batchIds.map((batchId) => ({
      batchId,
      seenVersion: seen.get(batchId) ?? -1,
      snapshots: app.batches.watch(call.project, batchId, feed.signal),
    })),
  );
  if (!hasMore) {
    feed.close();
    return empty(204);
  }
  if (raw.method === 'HEAD') {
    feed.close();
    return { ...empty(200), headers: EVENT_STREAM_HEADERS };
  }
  return { status: 200, body: feed.stream(settings.heartbeatMs), headers: EVENT_STREAM_HEADERS };
}
