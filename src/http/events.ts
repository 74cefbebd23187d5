import type { BatchView } from '#core/queue/views.ts';
import { readId, showId } from '#domain/ids.ts';
import { wordsOfStage } from '#domain/stage.ts';
import type { EventName } from '#wire/events.ts';
import { encodeFrame, type EventFrames, HEARTBEAT_FRAME } from './event-frames.ts';

/** A batch to watch, and the version its watcher has seen already (−1: none). */
export interface Watched {
  readonly batchId: number;
  readonly seenVersion: number;
  readonly snapshots: AsyncIterable<BatchView>;
}

/**
 * Server-sent events of one or several batches.
 *
 * State, not a log: each batch has one slot with its newest snapshot, so a client that reads slowly, or never,
 * skips snapshots and holds no memory. Ids never go down, neither within the stream nor below Last-Event-ID. The
 * terminal event of a batch is its last one, and the stream ends with the last of them.
 */
export class EventFeed {
  readonly #slots = new Map<number, BatchView>();
  readonly #sent = new Map<number, Sent>();
  readonly #abort = new AbortController();
  readonly #isSingle: boolean;
  readonly #frames: EventFrames;
  #open = 0;
  #failure: unknown = null;
  #wake: () => void = () => undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #isBeatDue = false;

  /** @param isSingle the id of an event is then the version alone */
  constructor(frames: EventFrames, isSingle: boolean) {
    this.#frames = frames;
    this.#isSingle = isSingle;
  }

  /** Fires when nobody listens any more: what the snapshots must be made with. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /**
   * Begins to watch and waits for a first snapshot of each; false when the watcher has seen all their ends.
   *
   * @throws whatever the first snapshot throws, such as Fault not_found
   */
  async open(watched: readonly Watched[]): Promise<boolean> {
    const iterators = watched.map((batch) => batch.snapshots[Symbol.asyncIterator]());
    const firsts = await this.#firstOf(iterators);
    for (const [index, batch] of watched.entries()) {
      this.#sent.set(batch.batchId, { version: batch.seenVersion, status: null, running: '' });
      const first = firsts[index];
      const iterator = iterators[index] as AsyncIterator<BatchView>;
      if (first === undefined || first.done === true) continue;
      const isSeenEnd = isTerminal(first.value) && batch.seenVersion >= first.value.batch.version;
      if (!isSeenEnd) this.#slots.set(batch.batchId, first.value);
      if (isTerminal(first.value)) await letGo(iterator);
      else void this.#pump(batch.batchId, iterator);
    }
    if (this.#slots.size > 0 || this.#open > 0) return true;
    this.close();
    return false;
  }

  /** The stream of frames. Nothing is made before the client reads; a reader that goes away closes the feed. */
  stream(heartbeatMs: number): ReadableStream<Uint8Array> {
    this.#heartbeat = setInterval(() => {
      this.#isBeatDue = true;
      this.#wake();
    }, heartbeatMs);
    return new ReadableStream(
      { pull: (controller) => this.#pull(controller), cancel: () => this.close() },
      { highWaterMark: 0 },
    );
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#abort.abort();
    this.#slots.clear();
    this.#wake();
  }

  /** One refusal refuses all: those that had begun are let go. */
  async #firstOf(
    iterators: readonly AsyncIterator<BatchView>[],
  ): Promise<readonly IteratorResult<BatchView>[]> {
    try {
      return await Promise.all(iterators.map((iterator) => iterator.next()));
    } catch (error) {
      this.close();
      await Promise.all(iterators.map(letGo));
      throw error;
    }
  }

  /** Keeps a slot up to date, up to the end of its batch. */
  async #pump(batchId: number, iterator: AsyncIterator<BatchView>): Promise<void> {
    this.#open += 1;
    try {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        if (this.#abort.signal.aborted) break;
        this.#slots.set(batchId, next.value);
        this.#wake();
        if (isTerminal(next.value)) break;
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failure = error;
    } finally {
      this.#open -= 1;
      this.#wake();
    }
    await letGo(iterator);
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      if (this.#abort.signal.aborted) return;
      const frame = this.#nextFrame();
      if (frame !== null) controller.enqueue(frame);
      if (this.#slots.size === 0 && (this.#failure !== null || this.#open === 0)) {
        this.close();
        controller.close();
        return;
      }
      if (frame !== null) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  #nextFrame(): Uint8Array | null {
    for (const [batchId, view] of this.#slots) {
      this.#slots.delete(batchId);
      const frame = this.#frameFor(batchId, view);
      if (frame !== null) return frame;
    }
    if (!this.#isBeatDue) return null;
    this.#isBeatDue = false;
    return HEARTBEAT_FRAME;
  }

  /**
   * Null for what the watcher has seen already. A view of the same version may still be news: what runs has reached
   * another stage. An end is always told,
   * under an id that does not go down.
   */
  #frameFor(batchId: number, view: BatchView): Uint8Array | null {
    const sent = this.#sent.get(batchId) ?? NOTHING_SENT;
    const { version, status } = view.batch;
    const isFirst = sent.status === null;
    const isSame = version === sent.version && runningIn(view) === sent.running;
    const isKnown = version < sent.version || (isSame && !isFirst);
    if (!isTerminal(view) && isKnown) return null;
    const id = Math.max(version, sent.version);
    this.#sent.set(batchId, { version: id, status, running: runningIn(view) });
    const name = eventNameOf(view, sent.status);
    if (this.#isSingle && id === version) return this.#frames.of(view, name);
    return encodeFrame(this.#isSingle ? String(id) : this.#joinedId(), view, name);
  }

  #joinedId(): string {
    const parts: string[] = [];
    for (const [batchId, { version }] of this.#sent) {
      if (version >= 0) parts.push(`${showId('batch', batchId)}=${version}`);
    }
    return parts.join(',');
  }
}

/** What a watch still has to say when it is let go interests nobody. */
async function letGo(iterator: AsyncIterator<BatchView>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Its batch has ended, or its watcher has left.
  }
}

function runningIn(view: BatchView): string {
  return view.current.map(({ id, stage }) => `${id} ${stage === null ? '' : wordsOfStage(stage)}`).join();
}

interface Sent {
  readonly version: number;
  readonly status: BatchView['batch']['status'] | null;
  /** What ran, and how far it was. */
  readonly running: string;
}

const NOTHING_SENT: Sent = { version: -1, status: null, running: '' };

/** The versions that a `Last-Event-ID` stands for. Anything unreadable means: nothing was seen. */
export function readEventId(
  eventId: string | null,
  batchIds: readonly number[],
): ReadonlyMap<number, number> {
  const seen = new Map<number, number>();
  if (eventId === null) return seen;
  const [only] = batchIds;
  if (batchIds.length === 1 && only !== undefined && /^\d{1,15}$/.test(eventId)) {
    return seen.set(only, Number(eventId));
  }
  for (const part of eventId.split(',')) {
    const [shown, version] = part.split('=');
    const batchId = readId('batch', shown ?? '');
    if (batchId !== null && /^\d{1,15}$/.test(version ?? '')) seen.set(batchId, Number(version));
  }
  return seen;
}

/** A cancel that has still rows to move is not the end yet; a delete is gone for everybody at once. */
function isTerminal(view: BatchView): boolean {
  const { status, unfinished } = view.batch;
  if (status === 'deleting' || status === 'deleted') return true;
  return (status === 'completed' || status === 'cancelled') && unfinished === null;
}

function eventNameOf(view: BatchView, before: Sent['status']): EventName {
  const { status } = view.batch;
  if (status === 'deleting' || status === 'deleted') return 'deleted';
  if (isTerminal(view)) return status === 'completed' ? 'complete' : 'cancelled';
  if (status === 'paused' && before !== 'paused') return 'paused';
  return before === 'paused' && status !== 'paused' ? 'resumed' : 'progress';
}
