import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { Fault } from '#domain/fault.ts';
import type { BlobEntry, Blobs, StoredBlob } from '#ports/blobs.ts';
import { readListing } from './read-listing.ts';

export interface S3Settings {
  /** Where the service answers, such as `https://s3.eu-west-1.amazonaws.com` or `http://127.0.0.1:9000`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** What all names begin with; empty or ending in `/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** How long one call may take. */
  readonly timeoutMs: number;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 200;

/**
 * Files in a bucket of any service that speaks S3, at `<prefix><sha256>`. A file is spooled to disk first: its name
 * is the hash of its content, and the signature covers that hash, so a file that was damaged on the way is refused.
 */
export class S3Blobs implements Blobs {
  readonly #settings: S3Settings;
  readonly #client: AwsClient;

  constructor(settings: S3Settings) {
    const { accessKeyId, secretAccessKey, region } = settings;
    this.#settings = settings;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
  }

  async put(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
    const folder = join(tmpdir(), 'preheat-spool');
    await mkdir(folder, { recursive: true });
    const path = join(folder, randomUUID());
    try {
      const stored = await spool(path, bytes, maxBytes);
      const body = await openAsBlob(path);
      const response = await this.#send(stored.sha256, 'PUT', { body, sha256: stored.sha256 });
      await response.body?.cancel();
      return stored;
    } finally {
      await rm(path, { force: true });
    }
  }

  async get(sha256: string): Promise<AsyncIterable<Uint8Array> | null> {
    if (!isHash(sha256)) return null;
    const response = await this.#send(sha256, 'GET');
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    return (response.body ?? []) as AsyncIterable<Uint8Array>;
  }

  async delete(sha256: string): Promise<void> {
    if (!isHash(sha256)) return;
    const response = await this.#send(sha256, 'DELETE');
    await response.body?.cancel();
  }

  async *list(): AsyncGenerator<BlobEntry> {
    const { prefix } = this.#settings;
    let token: string | null = null;
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix });
      if (token !== null) query.set('continuation-token', token);
      const response = await this.#send(`?${query.toString()}`, 'GET');
      const listing = readListing(await response.text());
      for (const { name, keptAt } of listing.entries) {
        const sha256 = name.slice(prefix.length);
        if (isHash(sha256)) yield { sha256, keptAt };
      }
      token = listing.next;
    } while (token !== null);
  }

  /** A 404 comes back; every other refusal is thrown, what may pass after a few tries. */
  async #send(
    target: string,
    method: 'PUT' | 'GET' | 'DELETE',
    upload?: { readonly body: Blob; readonly sha256: string },
  ): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#try(target, method, upload);
      if ('response' in outcome) return outcome.response;
      if (!outcome.isPassing || tries === TRIES) throw outcome.fault;
      await sleep(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random()));
    }
  }

  async #try(
    target: string,
    method: string,
    upload?: { readonly body: Blob; readonly sha256: string },
  ): Promise<Tried> {
    const { endpoint, bucket, prefix, timeoutMs } = this.#settings;
    const path = target.startsWith('?') ? target : `/${prefix}${target}`;
    const headers = { 'x-amz-content-sha256': upload?.sha256 ?? EMPTY_HASH };
    const signed = await this.#client.sign(`${endpoint}/${bucket}${path}`, { method, headers });
    try {
      const response = await fetch(signed.url, {
        method,
        headers: signed.headers,
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
        ...(upload === undefined ? {} : { body: upload.body }),
      });
      if (response.ok || response.status === 404) return { response };
      const why = codeOf(await response.text());
      const isPassing = response.status >= 500 || response.status === 429;
      return { fault: failed(method, `${response.status} ${why}`), isPassing };
    } catch (error) {
      return { fault: failed(method, reasonOf(error), error), isPassing: true };
    }
  }
}

type Tried = { readonly response: Response } | { readonly fault: Fault; readonly isPassing: boolean };

const EMPTY_HASH = createHash('sha256').digest('hex');

async function spool(path: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob> {
  const hash = createHash('sha256');
  const file = createWriteStream(path, { flags: 'wx' });
  const written = finished(file);
  written.catch(() => undefined);
  let size = 0;
  try {
    for await (const part of bytes) {
      size += part.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      hash.update(part);
      if (!file.write(part)) await once(file, 'drain');
    }
  } catch (error) {
    file.destroy();
    throw error;
  }
  file.end();
  await written;
  return { sha256: hash.digest('hex'), bytes: size };
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The stable word in an S3 error: `AccessDenied`, `NoSuchBucket`, … */
function codeOf(body: string): string {
  return /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(body)?.[1] ?? '';
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}

function tooLarge(maxBytes: number): Fault {
  return new Fault(
    'too_large',
    'file_too_large',
    `The file is larger than the ${maxBytes} bytes allowed: split it.`,
  );
}

function failed(method: string, why: string, cause?: unknown): Fault {
  return new Fault(
    'unavailable',
    'blobs_failed',
    `The bucket of the files refused a ${method} (${why.trim()}): see that it can be reached and the keys may use it.`,
    { cause },
  );
}
