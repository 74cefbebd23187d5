import { Beat } from './beat.ts';
import { HEARTBEAT_FRAME } from './event-frames.ts';
import { openAiError } from './openai-error.ts';

const UTF8 = new TextEncoder();
const DONE = UTF8.encode('data: [DONE]\n\n');

interface StreamOptions {
  readonly heartbeatMs: number;
  readonly requestId: string;
  /** The reader has gone. */
  readonly leave: () => void;
  /** The stream is over, however it ended. */
  readonly ended: () => void;
}

/**
 * Chunks as a response body, each an event of its own, and `[DONE]` at the end. When the chunks break off, the last
 * event is the error, and `[DONE]` does not come: nobody is to take a part for the whole.
 */
export function chunkStream(
  chunks: AsyncIterable<string>,
  { heartbeatMs, requestId, leave, ended }: StreamOptions,
): ReadableStream<Uint8Array> {
  const beat = new Beat(heartbeatMs);
  const lines = chunks[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<string, unknown>> | null = null;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      next ??= lines.next();
      const come = await Promise.race([next, beat.next()]);
      if (come === false) return controller.enqueue(HEARTBEAT_FRAME);
      next = null;
      if (come.done !== true) return controller.enqueue(frame(come.value));
      controller.enqueue(DONE);
    } catch (error) {
      controller.enqueue(frame(openAiError(error, requestId)));
    }
    beat.stop();
    ended();
    controller.close();
  };
  return new ReadableStream(
    {
      pull,
      cancel() {
        beat.stop();
        leave();
        ended();
        next?.catch(() => undefined);
        void lines.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function frame(data: string): Uint8Array {
  return UTF8.encode(`data: ${data}\n\n`);
}
