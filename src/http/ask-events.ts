import type { AskEvent } from '#core/answers/asking.ts';
import type { AskEventName } from '#wire/event-names.ts';
import { Beat } from './beat.ts';
import { HEARTBEAT_FRAME } from './event-frames.ts';
import { askedText } from './present/answer.ts';
import { problemReply } from './reply.ts';

const UTF8 = new TextEncoder();

interface Begun {
  readonly body: ReadableStream<Uint8Array>;
}

interface AskStreamOptions {
  readonly heartbeatMs: number;
  readonly requestId: string;
  /** The reader has gone. */
  readonly leave: () => void;
  /** The stream is over, however it ended. */
  readonly ended: () => void;
}

/**
 * The events of an ask as a response body. The first event is waited for, so that a refusal is still a refusal with a
 * status of its own; only a slow answer begins with a heartbeat, and tells an error as the event `error`.
 *
 * @throws what the events throw before the first of them
 */
export async function openAskStream(
  events: AsyncGenerator<AskEvent, void, void>,
  options: AskStreamOptions,
): Promise<Begun> {
  const first = events.next();
  first.catch(() => undefined);
  const beat = new Beat(options.heartbeatMs);
  try {
    const isQuick = await Promise.race([first.then(() => true), beat.next()]);
    const frames = new Frames(events, isQuick ? await first : first, { ...options, beat });
    const source = { pull: (c: Controller) => frames.pull(c), cancel: () => frames.cancel() };
    return { body: new ReadableStream(source, { highWaterMark: 0 }) };
  } catch (error) {
    beat.stop();
    options.ended();
    throw error;
  }
}

type Controller = ReadableStreamDefaultController<Uint8Array>;
type Next = IteratorResult<AskEvent, void>;

interface FrameOptions extends AskStreamOptions {
  readonly beat: Beat;
}

/** Nothing is asked of the events before the client reads: a slow reader holds no memory. */
class Frames {
  readonly #events: AsyncGenerator<AskEvent, void, void>;
  readonly #options: FrameOptions;
  #next: Promise<Next>;

  constructor(
    events: AsyncGenerator<AskEvent, void, void>,
    first: Next | Promise<Next>,
    options: FrameOptions,
  ) {
    this.#events = events;
    this.#options = options;
    this.#next = Promise.resolve(first);
    this.#next.catch(() => undefined);
  }

  async pull(controller: Controller): Promise<void> {
    try {
      const next = await Promise.race([this.#next, this.#options.beat.next()]);
      if (next === false) return controller.enqueue(HEARTBEAT_FRAME);
      if (next.done === true) return this.#close(controller);
      controller.enqueue(frameOf(next.value));
      this.#next = this.#events.next();
      this.#next.catch(() => undefined);
    } catch (error) {
      const problem = problemReply(error, this.#options.requestId).body as string;
      controller.enqueue(encode('error', problem));
      this.#close(controller);
    }
  }

  cancel(): void {
    this.#options.beat.stop();
    this.#options.leave();
    this.#options.ended();
    void this.#events.return();
  }

  #close(controller: Controller): void {
    this.#options.beat.stop();
    this.#options.ended();
    controller.close();
  }
}

function frameOf(event: AskEvent): Uint8Array {
  switch (event.kind) {
    case 'delta':
      return encode('delta', JSON.stringify({ text: event.text }));
    case 'restart':
      return encode('restart', '{}');
    case 'answer':
      return encode('answer', askedText(event.asked));
  }
}

function encode(name: AskEventName, data: string): Uint8Array {
  return UTF8.encode(`event: ${name}\ndata: ${data}\n\n`);
}
