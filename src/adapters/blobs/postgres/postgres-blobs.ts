import { createHash } from 'node:crypto';
import type { PostgresPool } from '#clients/postgres.ts';
import { Fault } from '#domain/fault.ts';
import type { BlobEntry, Blobs, StoredBlob } from '#ports/blobs.ts';

/** Parts of about this size: large enough to be few, small enough that no process holds much at once. */
const PART_BYTES = 1 << 20;

/** Parts of an upload that died are older than this when they are cleared away. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

const ADD_PART = 'insert into blob_parts (upload, number, bytes, created_at) values ($1, $2, $3, $4)';

/** Named once it is whole; of two uploads of the same content, the first stays, as if it had come just now. */
const NAME = `
  insert into blobs (sha256, upload, bytes, kept_at) values ($1, $2, $3, $4)
  on conflict (sha256) do update set kept_at = excluded.kept_at returning upload`;

const LIST = 'select sha256, kept_at from blobs where sha256 > $1 order by sha256 limit $2';
const PAGE = 1_000;

const PART = 'select bytes from blob_parts where upload = $1 and number = $2';

const CLEAR_ABANDONED = `
  delete from blob_parts p where created_at < $1 and not exists (select 1 from blobs where upload = p.upload)`;

/** Files in the database, for processes that share no disk. The tables are made by the store's migrations. */
export class PostgresBlobs implements Blobs {
  readonly #pool: PostgresPool;

  private constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  static async open(pool: PostgresPool): Promise<PostgresBlobs> {
    await pool.run(CLEAR_ABANDONED, [Date.now() - ABANDONED_AFTER_MS]);
    return new PostgresBlobs(pool);
  }

  async put(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const upload = (await this.#pool.first(`select nextval('blob_uploads') as upload`))?.['upload'] as number;
    let isNamed = false;
    try {
      const stored = await this.#write(upload, bytes, maxBytes);
      const named = await this.#pool.first(NAME, [stored.sha256, upload, stored.bytes, Date.now()]);
      isNamed = named?.['upload'] === upload;
      return stored;
    } finally {
      if (!isNamed) await this.#forget(upload);
    }
  }

  async get(sha256: string): Promise<AsyncIterable<Uint8Array> | null> {
    const named = await this.#pool.first('select upload from blobs where sha256 = $1', [sha256]);
    return named === undefined ? null : this.#read(named['upload'] as number);
  }

  async delete(sha256: string): Promise<void> {
    const gone = await this.#pool.first('delete from blobs where sha256 = $1 returning upload', [sha256]);
    if (gone !== undefined) await this.#forget(gone['upload'] as number);
  }

  async *list(): AsyncGenerator<BlobEntry> {
    for (let last = ''; ;) {
      const rows = await this.#pool.all(LIST, [last, PAGE]);
      for (const row of rows) yield { sha256: row['sha256'] as string, keptAt: row['kept_at'] as number };
      if (rows.length < PAGE) return;
      last = rows.at(-1)?.['sha256'] as string;
    }
  }

  /** Part by part, as they are pulled. */
  async *#read(upload: number): AsyncGenerator<Uint8Array> {
    for (let number = 0; ; number += 1) {
      const part = await this.#pool.first(PART, [upload, number]);
      if (part === undefined) return;
      yield part['bytes'] as Uint8Array;
    }
  }

  async #write(upload: number, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const hash = createHash('sha256');
    let size = 0;
    let number = 0;
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const flush = async (): Promise<void> => {
      await this.#pool.run(ADD_PART, [upload, number, Buffer.concat(waiting), Date.now()]);
      number += 1;
      waiting = [];
      waitingBytes = 0;
    };
    for await (const part of bytes) {
      size += part.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      hash.update(part);
      waiting.push(part);
      waitingBytes += part.byteLength;
      if (waitingBytes >= PART_BYTES) await flush();
    }
    if (waitingBytes > 0) await flush();
    return { sha256: hash.digest('hex'), bytes: size };
  }

  /** What a lost connection leaves behind is cleared away by a later start. */
  async #forget(upload: number): Promise<void> {
    await this.#pool.run('delete from blob_parts where upload = $1', [upload]).catch(() => undefined);
  }
}

function tooLarge(maxBytes: number): Fault {
  return new Fault(
    'too_large',
    'file_too_large',
    `The file is larger than the ${maxBytes} bytes allowed: split it.`,
  );
}
