import { Worker } from 'node:worker_threads';
import type { Chunk } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import type { Stage } from '#domain/stage.ts';
import { brokenFile, tooComplex } from './faults.ts';
import type { Cut, ReadingLimits, ReadingStart, Reply, Request } from './protocol.ts';
import { readBytes } from './read-bytes.ts';

/** Between two notes of how far it is. */
const NOTE_EVERY_MS = 100;

/** The reading process: one file at a time; it ends when the server does. */
export function serveReader(own: NodeJS.Process, cut: Cut): void {
  const { parent, ...limits } = JSON.parse(own.argv[2] ?? '') as ReadingStart;
  const watchdog = new Worker(new URL('watchdog.ts', import.meta.url), {
    workerData: { memoryMiB: limits.memoryMiB, parent },
  });
  watchdog.unref();
  let pull: () => void = () => undefined;
  own.on('message', (request: Request) => {
    if (request === 'more') pull();
    else void answer(request);
  });
  own.on('disconnect', () => own.exit());
  // Ctrl-C reaches every process of the terminal; the server drains, and needs its readers for that.
  own.on('SIGINT', () => {});
  own.on('SIGTERM', () => {});

  function say(reply: Reply): void {
    own.send?.(reply);
  }

  async function answer(request: Exclude<Request, 'more'>): Promise<void> {
    try {
      const bytes = await take(own.stdin, request.bytes);
      for await (const reply of read({ name: request.name, bytes }, { cut, limits, say })) {
        const pulled = new Promise<void>((resolve) => {
          pull = resolve;
        });
        say(reply);
        await pulled;
      }
      say({ kind: 'done' });
    } catch (error) {
      const { kind, code, message } = toFault(error);
      say({ kind: 'fault', fault: kind, code, message });
    }
  }
}

interface Parts {
  readonly cut: Cut;
  readonly limits: ReadingLimits;
  readonly say: (reply: Reply) => void;
}

async function* read(
  file: { readonly name: string; readonly bytes: Uint8Array },
  { cut, limits, say }: Parts,
): AsyncGenerator<Reply> {
  const note = notes(say);
  say({ kind: 'stage', stage: { name: 'reading' } });
  const { blocks, mediaType, pages } = await readBytes(file, limits, (unit, done, total) =>
    note({ name: 'reading', unit, done, total }),
  );
  say({ kind: 'stage', stage: { name: 'chunking' } });
  const chunks = await cut(blocks, (done, total) =>
    note({ name: 'chunking', unit: 'paragraph', done, total }),
  );
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  yield { kind: 'chunked', mediaType, pages, chunks: chunks.length, tokens };
  for (const group of groupsOf(chunks, limits.groupSize)) yield { kind: 'chunks', chunks: group };
}

function* groupsOf(chunks: readonly Chunk[], size: number): Generator<readonly Chunk[]> {
  for (let from = 0; from < chunks.length; from += size) yield chunks.slice(from, from + size);
}

/** Says how far it is, seldom enough that nobody is kept busy by it. */
function notes(say: Parts['say']): (stage: Stage) => void {
  let notedAt = 0;
  return (stage) => {
    const now = performance.now();
    if (now - notedAt < NOTE_EVERY_MS && stage.done !== stage.total) return;
    notedAt = now;
    say({ kind: 'stage', stage });
  };
}

/** Exactly so many bytes; what follows belongs to the next file. */
async function take(stdin: NodeJS.ReadStream, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const part = stdin.read(Math.min(count - at, stdin.readableLength || 1)) as Buffer | null;
    if (part !== null) {
      bytes.set(part, at);
      at += part.byteLength;
    } else {
      await new Promise<void>((resolve) => {
        stdin.once('readable', resolve);
      });
    }
  }
  return bytes;
}

function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  // A stack that overflows, or a string that is too long: the nesting or the size is beyond any real document.
  if (error instanceof RangeError) return tooComplex();
  return brokenFile(error instanceof Error ? error.message : String(error), error);
}
