import type { Blobs } from '#ports/blobs.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { dropFiles } from '#core/documents/drop-files.ts';
import type { Config } from '../config.ts';
import { bucketOf } from '../settings/document-settings.ts';
import { every } from '../every.ts';

const TIMEOUT_MS = 120_000;

/** Where uploaded files are kept: where everything else is, or in a bucket. */
export async function openBlobs(config: Config, beside: () => Promise<Blobs>): Promise<Blobs> {
  const bucket = bucketOf(config.PREHEAT_BLOBS);
  if (bucket === null || bucket === undefined) return beside();
  const { S3Blobs } = await import('#adapters/blobs/s3/s3-blobs.ts');
  const region = config.PREHEAT_S3_REGION;
  return new S3Blobs({
    endpoint: config.PREHEAT_S3_ENDPOINT || `https://s3.${region}.amazonaws.com`,
    region,
    bucket: bucket.name,
    prefix: bucket.prefix,
    accessKeyId: config.PREHEAT_S3_ACCESS_KEY_ID,
    secretAccessKey: config.PREHEAT_S3_SECRET_ACCESS_KEY,
    timeoutMs: TIMEOUT_MS,
  });
}

export interface DroppingParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly blobs: Blobs;
}

const MINUTE_MS = 60_000;

/** Deletes files that nothing needs, now and then: soon where originals are not to be kept. */
export function dropUnneeded({ config, clock, log, store, blobs }: DroppingParts): () => void {
  const keepsOriginals = config.PREHEAT_ORIGINALS === 'keep';
  const timer = every(keepsOriginals ? 60 * MINUTE_MS : MINUTE_MS, log, async () => {
    const files = await dropFiles({ blobs, documents: store.documents, keepsOriginals }, clock());
    if (files > 0) log('info', 'files_dropped', { files });
  });
  return () => clearInterval(timer);
}
