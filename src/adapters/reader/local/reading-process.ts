import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Fault } from '#domain/fault.ts';
import type { ReadEvent, ReadableFile } from '#ports/reader.ts';
import { brokenFile, timedOut, tooComplex } from './faults.ts';
import type { ReadingLimits, ReadingStart, Reply, Request } from './protocol.ts';

export interface ReadingSettings extends ReadingLimits {
  /** File of the process: it calls `serveReader`. */
  readonly entry: URL;
}

/** Of the memory of a process, the share that its heap may take; the rest is code, stack and buffers. */
const HEAP_SHARE = 0.6;

/**
 * One process that reads one file at a time. A file that takes too long, too much memory or the process itself
 * down costs only its own read: the next one begins in a fresh process.
 *
 * A process, not a worker thread: a thread's `resourceLimits` do not hold when one regular expression allocates
 * past them, and V8 then ends the whole server ("Reached heap limit", seen with a text file of 20 MB at 256 MiB).
 */
export class ReadingProcess {
  readonly #settings: ReadingSettings;
  #child: ChildProcess | null = null;

  constructor(settings: ReadingSettings) {
    this.#settings = settings;
  }

  async *read(file: ReadableFile, signal: AbortSignal): AsyncGenerator<ReadEvent, void, void> {
    signal.throwIfAborted();
    const child = (this.#child ??= this.#start());
    const talk = new Talk(child, this.#settings.timeoutMs, signal);
    try {
      talk.open(file);
      for (;;) {
        const reply = await talk.next();
        if (reply.kind === 'done') break;
        if (reply.kind === 'fault') throw new Fault(reply.fault, reply.code, reply.message);
        yield reply;
        if (reply.kind === 'chunked' || reply.kind === 'chunks') talk.say('more');
      }
    } finally {
      // Broken off in the middle, it would mix the rest of this file into the next.
      if (!talk.close()) this.#drop(child);
    }
  }

  close(): void {
    if (this.#child !== null) this.#drop(this.#child);
  }

  #start(): ChildProcess {
    const { entry, memoryMiB, ...limits } = this.#settings;
    const start: ReadingStart = { memoryMiB, ...limits, parent: process.pid };
    const child = fork(entry, [JSON.stringify(start)], {
      execArgv: [
        `--max-old-space-size=${Math.floor(memoryMiB * HEAP_SHARE)}`,
        // Larger young generations make it a little faster, and its peaks far higher.
        '--max-semi-space-size=8',
      ],
      serialization: 'advanced',
      // What PDF libraries and a dying V8 write is for nobody; the reply says what went wrong.
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
    });
    const forget = (): void => {
      if (this.#child === child) this.#child = null;
    };
    child.on('error', forget).on('exit', forget);
    // Written to after its end, a pipe complains; the end itself says more.
    child.stdin?.on('error', () => undefined);
    hold(child, false);
    return child;
  }

  #drop(child: ChildProcess): void {
    child.kill('SIGKILL');
    if (this.#child === child) this.#child = null;
  }
}

/** One file's exchange with a process. */
class Talk {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #replies: Reply[] = [];
  #failure: { readonly why: unknown } | null = null;
  #isOver = false;
  /** Ends the writing too. */
  readonly #over = new AbortController();
  #wake: () => void = () => undefined;

  constructor(child: ChildProcess, timeoutMs: number, signal: AbortSignal) {
    this.#child = child;
    this.#signal = signal;
    this.#timer = setTimeout(() => this.#fail(timedOut(timeoutMs)), timeoutMs);
    child.on('message', this.#onMessage).on('error', this.#onError).on('exit', this.#onExit);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    hold(child, true);
  }

  open(file: ReadableFile): void {
    this.say({ name: file.name, bytes: file.bytes });
    const pipe = this.#child.stdin as Writable;
    write(pipe, file.content, this.#over.signal).catch((error: unknown) => this.#fail(error));
  }

  say(request: Request): void {
    this.#child.send(request, (error) => {
      if (error !== null) this.#onError(error);
    });
  }

  async next(): Promise<Reply> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure.why;
      const reply = this.#replies.shift();
      if (reply !== undefined) return reply;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** False when the exchange was not complete. */
  close(): boolean {
    clearTimeout(this.#timer);
    this.#over.abort();
    this.#child.off('message', this.#onMessage).off('error', this.#onError).off('exit', this.#onExit);
    this.#signal.removeEventListener('abort', this.#onAbort);
    hold(this.#child, false);
    return this.#isOver && this.#failure === null;
  }

  #onMessage = (message: unknown): void => {
    const reply = message as Reply;
    if (reply.kind === 'done' || reply.kind === 'fault') this.#isOver = true;
    // What follows is handed over as fast as it is taken: that time is not the file's.
    if (reply.kind === 'chunked') clearTimeout(this.#timer);
    this.#replies.push(reply);
    this.#wake();
  };

  #onError = (error: Error): void => this.#fail(couldNotStart(error));
  #onExit = (code: number | null, by: NodeJS.Signals | null): void => this.#fail(died(code, by));
  #onAbort = (): void => this.#fail(this.#signal.reason);

  #fail(why: unknown): void {
    this.#failure ??= { why };
    this.#wake();
  }
}

/** Not `pipeline`, which leaves its listeners on a pipe that outlives the file. */
async function write(pipe: Writable, content: AsyncIterable<Uint8Array>, over: AbortSignal): Promise<void> {
  for await (const part of content) {
    if (over.aborted) return;
    if (!pipe.write(part)) await once(pipe, 'drain', { signal: over });
  }
}

/** An idle reader does not keep the server from ending. */
function hold(child: ChildProcess, isHeld: boolean): void {
  const verb = isHeld ? 'ref' : 'unref';
  child[verb]();
  child.channel?.[verb]();
  (child.stdin as unknown as { ref(): void; unref(): void } | null)?.[verb]();
}

function couldNotStart(error: Error): Fault {
  return new Fault(
    'unavailable',
    'reader_failed',
    `The reading process could not be used (${error.message}): try again.`,
    { cause: error },
  );
}

/** Its watchdog and V8 end it when its memory is full; anything else that does is the file's doing as well. */
function died(code: number | null, by: NodeJS.Signals | null): Fault {
  const isOutOfMemory = by === 'SIGABRT' || by === 'SIGKILL' || code === 134;
  return isOutOfMemory ? tooComplex() : brokenFile(`reading it ended with ${by ?? `code ${code}`}`);
}
