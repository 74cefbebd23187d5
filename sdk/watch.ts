import { PreheatError } from './error.ts';
import { readEvents } from './event-stream.ts';
import { untilSilent } from './silence.ts';
import type { CallOptions, RequestOptions, Transport } from './transport.ts';
import { backoffMs, wait } from './wait.ts';
import { EVENT_NAMES, type EventName, TERMINAL_EVENTS } from './wire/event-names.ts';
import type { Progress } from './wire/events.ts';

/** A snapshot of a batch, and what it was sent for. */
export interface BatchEvent extends Progress {
  readonly event: EventName;
}

/**
 * Follows batches until each has ended: at least a snapshot at once, then one for each change.
 *
 * A dropped connection, a silent one and a restarted server are ridden out: it comes back with what it saw last.
 *
 * @throws PreheatError when the server refuses (not found, no key) or was never there; the signal's reason when it
 * fires
 */
export async function* watchBatches(
  transport: Transport,
  batchIds: readonly string[],
  options: CallOptions = {},
): AsyncGenerator<BatchEvent, void, void> {
  const open = new Set(batchIds);
  if (open.size === 0) return;
  for await (const event of reconnecting(transport, batchIds, options.signal)) {
    yield event;
    if (TERMINAL_EVENTS.includes(event.event)) open.delete(event.id);
    if (open.size === 0) return;
  }
}

/** Events over as many connections as it takes; ends when the server says that all was seen. */
async function* reconnecting(
  transport: Transport,
  batchIds: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<BatchEvent, void, void> {
  let lastEventId = '';
  let hadConnection = false;
  for (let attempt = 0; ; attempt += 1) {
    const connection = await connect(transport, { batchIds, lastEventId, signal, hadConnection });
    if (connection === 'ended') return;
    hadConnection = true;
    for await (const { id, shown } of connection === 'away' ? [] : follow(connection)) {
      attempt = 0;
      lastEventId = id;
      yield shown;
    }
    await wait(backoffMs(attempt), signal);
  }
}

interface Connection {
  readonly body: ReadableStream<Uint8Array>;
  readonly signal: AbortSignal | undefined;
}

async function connect(
  transport: Transport,
  request: {
    readonly batchIds: readonly string[];
    readonly lastEventId: string;
    readonly signal: AbortSignal | undefined;
    readonly hadConnection: boolean;
  },
): Promise<Connection | 'ended' | 'away'> {
  const { batchIds, lastEventId, signal, hadConnection } = request;
  const [only] = batchIds;
  const isSingle = batchIds.length === 1 && only !== undefined;
  const options: RequestOptions = {
    signal,
    headers: { Accept: 'text/event-stream', ...(lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId }) },
    ...(isSingle ? {} : { query: { batches: batchIds.join(',') } }),
  };
  try {
    const response = await transport.send(isSingle ? `/batches/${only}/events` : '/events', options);
    return response.status === 204 || response.body === null ? 'ended' : { body: response.body, signal };
  } catch (error) {
    const isAway = error instanceof PreheatError && (error.status === 0 || error.status >= 500);
    if (isAway && hadConnection) return 'away';
    throw error;
  }
}

/** Events of one connection; a broken one just ends. */
async function* follow(
  connection: Connection,
): AsyncGenerator<{ readonly id: string; readonly shown: BatchEvent }, void, void> {
  const { body, signal } = connection;
  try {
    for await (const { id, name, data } of readEvents(untilSilent(body, signal))) {
      if (!isEventName(name)) continue;
      yield { id, shown: { ...(JSON.parse(data) as Progress), event: name } };
    }
  } catch (error) {
    if (signal?.aborted === true) throw error;
  }
}

function isEventName(name: string): name is EventName {
  return (EVENT_NAMES as readonly string[]).includes(name);
}
