import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { App } from '#core/app.ts';
import { Fault } from '#domain/fault.ts';
import type { Exchange } from './call.ts';
import { ChunkCounter } from './free-chunks.ts';
import { checkLength, tooLarge, wrongType } from './read-body.ts';

export type IncomingFile = Parameters<App['documents']['receive']>[0];

export interface FormLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly maxFileBytes: number;
}

/** What one file of a form is, before anybody read it. */
interface ArrivingFile {
  readonly name: string;
  readonly mediaType: string;
  readonly stream: BusboyFileStream;
}

const FIELD_LIMITS = { fields: 20, fieldSize: 64 * 1024, headerPairs: 20, headerSize: 16 * 1024 };

export function isMultipart(c: Exchange): boolean {
  return /^multipart\/form-data\s*;/i.test(c.req.raw.headers.get('content-type') ?? '');
}

/**
 * Begins to read a multipart form, up to its first file: the fields before it are there, the files come as they
 * arrive, one after the other, never held in memory.
 *
 * @throws Fault `unsupported_content_type`, `body_too_large`, `invalid_multipart`, `upload_interrupted`; the files
 * throw the last two too, and `field_after_file`, `too_many_files`, `file_too_large`
 */
export async function openForm(c: Exchange, limits: FormLimits): Promise<Form> {
  if (!isMultipart(c)) {
    throw wrongType(c.req.raw.headers.get('content-type'), 'multipart/form-data with its boundary');
  }
  checkLength(c, limits.maxBytes);
  const source = c.env?.incoming ?? Readable.fromWeb((c.req.raw.body ?? emptyBody()) as never);
  const form = new Form(source, c.req.raw.headers.get('content-type') as string, limits);
  await form.reachFirstFile();
  return form;
}

/** A form on its way in. It holds at most what one chunk of the network brought. */
export class Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly #fields = new Map<string, string>();
  readonly #limits: FormLimits;
  readonly #source: Readable;
  readonly #parser: BusboyInstance;
  readonly #hash = createHash('sha256');
  #queue: ArrivingFile[] = [];
  #current: BusboyFileStream | null = null;
  #hasSeenFile = false;
  #isComplete = false;
  #failure: Fault | null = null;
  readonly #chunksUsed = new ChunkCounter();
  #bytes = 0;
  #wake: () => void = () => undefined;

  constructor(source: Readable, contentType: string, limits: FormLimits) {
    this.fields = this.#fields;
    this.#limits = limits;
    this.#source = source;
    this.#parser = createParser(contentType, limits);
    this.#listen();
    source.pipe(this.#parser);
  }

  async reachFirstFile(): Promise<void> {
    while (!this.#hasSeenFile && !this.#isComplete) await this.#change();
    if (this.#failure !== null) throw this.#failure;
  }

  /** Name of the first file; null when there is none. */
  firstName(): string | null {
    return this.#queue[0]?.name ?? null;
  }

  /** Each file is read to its end, or skipped, before the next begins. */
  async *files(): AsyncGenerator<IncomingFile, void, void> {
    try {
      for (let file = await this.#next(); file !== null; file = await this.#next()) {
        yield { name: file.name, mediaType: file.mediaType, bytes: this.#read(file) };
        await this.#drain(file.stream);
      }
    } finally {
      this.abandon();
    }
  }

  /** @throws Fault the form's own failure, if there is one: then no more files come */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Stops taking bytes in; does nothing once the form is complete. */
  abandon(): void {
    this.#fail(new Fault('invalid', 'upload_abandoned', 'The rest of the upload was not read.'));
  }

  /** Digest of fields and files, whatever the boundary between them was. Skips what was not read. */
  async digest(): Promise<string> {
    if (this.#current !== null) await this.#drain(this.#current);
    for (let file = await this.#next(); file !== null; file = await this.#next())
      await this.#drain(file.stream);
    return this.#hash.digest('hex');
  }

  async #next(): Promise<ArrivingFile | null> {
    while (this.#queue.length === 0 && !this.#isComplete) await this.#change();
    this.check();
    const file = this.#queue.shift() ?? null;
    this.#current = file?.stream ?? null;
    if (file !== null) this.#hash.update(`file ${JSON.stringify([file.name, file.mediaType])}\n`);
    return file;
  }

  async *#read(file: ArrivingFile): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of this.#chunks(file.stream)) yield chunk;
    if (file.stream.truncated) {
      const most = this.#limits.maxFileBytes;
      throw new Fault('too_large', 'file_too_large', `The file "${file.name}" is larger than ${most} bytes.`);
    }
  }

  async #drain(stream: BusboyFileStream): Promise<void> {
    const chunks = this.#chunks(stream);
    while ((await chunks.next()).done !== true);
    if (this.#failure !== null) throw this.#failure;
  }

  /** Leaving the loop early must not destroy the stream: the parser would wait for its end for ever. */
  async *#chunks(stream: BusboyFileStream): AsyncGenerator<Uint8Array, void, void> {
    if (stream.readableEnded) return;
    try {
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        this.#bytes += chunk.byteLength;
        if (this.#bytes > this.#limits.maxBytes) throw this.#fail(tooLarge(this.#limits.maxBytes));
        this.#hash.update(chunk);
        yield chunk;
        this.#chunksUsed.used(chunk.byteLength);
      }
    } catch (cause) {
      throw this.#failure ?? this.#fail(malformed(cause));
    }
  }

  #listen(): void {
    this.#parser.on('field', (name, value, _nameCut, isCut) => this.#onField(name, value, isCut));
    this.#parser.on('file', (_field, stream, name, _encoding, mediaType) =>
      this.#onFile(stream, name, mediaType),
    );
    this.#parser.on('filesLimit', () => this.#fail(tooMany('files', this.#limits.maxFiles)));
    this.#parser.on('fieldsLimit', () => this.#fail(tooMany('fields', FIELD_LIMITS.fields)));
    this.#parser.on('error', (cause) => this.#fail(malformed(cause)));
    this.#parser.on('finish', () => this.#complete());
    this.#source.on('error', (cause) => this.#fail(interrupted(cause)));
    this.#source.on('close', () => {
      if (!this.#source.readableEnded) this.#fail(interrupted(null));
    });
  }

  #onField(name: string, value: string, isCut: boolean): void {
    const label = String(name).slice(0, 60);
    if (this.#hasSeenFile) {
      const message = `The field "${label}" came after a file. Send fields before files, or as query parameters.`;
      this.#fail(new Fault('invalid', 'field_after_file', message));
    } else if (isCut) {
      const message = `The field "${label}" is longer than ${FIELD_LIMITS.fieldSize} bytes.`;
      this.#fail(new Fault('too_large', 'field_too_large', message));
    } else if (this.#fields.has(name)) {
      this.#fail(new Fault('invalid', 'repeated_field', `The field "${label}" came twice.`));
    } else {
      this.#fields.set(name, value);
      this.#hash.update(`field ${JSON.stringify([name, value])}\n`);
    }
  }

  #onFile(stream: BusboyFileStream, name: string | undefined, mediaType: string): void {
    // Destroyed by a hang-up while nobody reads it, it must not take the process with it.
    stream.on('error', () => undefined);
    this.#hasSeenFile = true;
    this.#queue.push({ name: cleanName(name), mediaType: mediaType.slice(0, 100), stream });
    if (this.#failure !== null) stream.destroy(this.#failure);
    this.#wake();
  }

  #complete(): void {
    this.#isComplete = true;
    this.#wake();
  }

  /** The first failure counts. It reaches whoever reads now, and whoever asks later. */
  #fail(reason: Fault): Fault {
    if (this.#isComplete) return reason;
    this.#failure = reason;
    this.#isComplete = true;
    this.#source.unpipe(this.#parser);
    this.#current?.destroy(reason);
    for (const file of this.#queue) file.stream.destroy(reason);
    this.#queue = [];
    this.#wake();
    return reason;
  }

  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }
}

function createParser(contentType: string, limits: FormLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      // Two folders may hold files of one name; what may not stand in a name is taken out where it is used.
      preservePath: true,
      limits: { ...FIELD_LIMITS, files: limits.maxFiles, fileSize: limits.maxFileBytes },
    });
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : 'unknown reason';
  return new Fault('invalid', 'invalid_multipart', `The form cannot be read: ${why}.`, { cause });
}

function interrupted(cause: unknown): Fault {
  return new Fault(
    'invalid',
    'upload_interrupted',
    'The upload ended before it was complete. Nothing was kept.',
    {
      cause,
    },
  );
}

function tooMany(what: string, most: number): Fault {
  return new Fault(
    'too_large',
    `too_many_${what}`,
    `A form may hold at most ${most} ${what}. Send it in parts.`,
  );
}

/** File names are shown to people and to terminals. One that is too long is refused where it is used, never cut. */
function cleanName(name: string | undefined): string {
  const clean = (name ?? '').replace(/\p{Cc}/gu, '').trim();
  return clean === '' ? 'unnamed' : clean;
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
