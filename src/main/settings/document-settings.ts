import type { Problem } from '#domain/fault.ts';
import { oneOf, text, whole } from './setting.ts';

/** The settings of documents and of where their files are kept: part of the table in config.ts. */
export const DOCUMENT_SETTINGS = {
  PREHEAT_MAX_FILES: whole('50', 1, 10_000, 'Most files of one upload.'),
  PREHEAT_MAX_DOCUMENT_MIB: whole('10', 1, 1_024, 'Largest single document, in MiB.'),
  PREHEAT_MAX_ARCHIVE_FILES: whole(
    '1000',
    1,
    100_000,
    'Most files of one archive (zip). All of them together unpack to at most PREHEAT_MAX_UPLOAD_MIB.',
  ),
  PREHEAT_READERS: whole('2', 1, 64, 'Files that are read at once, each in a process of its own.'),
  PREHEAT_READING_TIMEOUT_SECONDS: whole('120', 1, 3_600, 'How long reading one file may take, in seconds.'),
  PREHEAT_READING_MEMORY_MIB: whole(
    '400',
    128,
    16_384,
    'Memory that reading one file may take, in MiB; beyond it the file fails as too complex.',
  ),
  PREHEAT_MAX_PAGES: whole('10000', 1, 1_000_000, 'Most pages of one document.'),
  PREHEAT_EMBEDDING_TIMEOUT_SECONDS: whole(
    '300',
    1,
    86_400,
    'How long embedding 100 chunks may take, in seconds; then the file is tried again.',
  ),
  PREHEAT_ORIGINALS: oneOf(
    'keep',
    ['keep', 'drop'],
    'keep: uploaded files stay as long as their documents. drop: they go a minute after they are indexed.',
  ),
  PREHEAT_VECTORS: oneOf(
    'memory',
    ['memory', 'pgvector'],
    'Where vectors are searched. `memory`: in every process that answers, which holds those of its projects. `pgvector`: in the database of DATABASE_URL, by its extension pgvector; processes hold none.',
  ),
  PREHEAT_BLOBS: text(
    'store',
    '`store`: uploaded files are kept beside everything else, in the data folder or the database. `s3://bucket` or `s3://bucket/prefix`: in a bucket.',
  ),
  PREHEAT_S3_ENDPOINT: text('', 'Where the S3 service answers; without it, that of Amazon in the region.'),
  PREHEAT_S3_REGION: text('us-east-1', 'Region of the bucket.'),
  PREHEAT_S3_ACCESS_KEY_ID: text('', 'Key that may read, write, list and delete in the bucket.'),
  PREHEAT_S3_SECRET_ACCESS_KEY: text('', 'Secret of that key.'),
} as const;

/** What is wrong with where vectors are to be searched. */
export function vectorProblems(config: Readonly<Record<string, unknown>>): Problem[] {
  if (config['PREHEAT_VECTORS'] !== 'pgvector' || config['DATABASE_URL'] !== '') return [];
  const message = 'is pgvector, which needs PostgreSQL: set DATABASE_URL, or leave it at memory';
  return [{ field: 'PREHEAT_VECTORS', message }];
}

/** A bucket for files. */
export interface Bucket {
  readonly name: string;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
}

/** Null when files are kept in the store; undefined when it says neither. */
export function bucketOf(blobs: string): Bucket | null | undefined {
  if (blobs === 'store') return null;
  const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./-]*?))?\/?$/.exec(blobs);
  if (found === null) return undefined;
  const [, name = '', prefix = ''] = found;
  return { name, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** What is wrong with the settings of the bucket, taken together. */
export function blobProblems(config: Readonly<Record<string, unknown>>): Problem[] {
  const bucket = bucketOf(String(config['PREHEAT_BLOBS']));
  if (bucket === null) return [];
  if (bucket === undefined) {
    const message = 'must be store, s3://bucket or s3://bucket/prefix';
    return [{ field: 'PREHEAT_BLOBS', message }];
  }
  const problems = ['PREHEAT_S3_ACCESS_KEY_ID', 'PREHEAT_S3_SECRET_ACCESS_KEY']
    .filter((field) => config[field] === '')
    .map((field) => ({ field, message: 'must be set when PREHEAT_BLOBS is a bucket' }));
  const endpoint = String(config['PREHEAT_S3_ENDPOINT']);
  if (endpoint !== '' && !/^https?:\/\/[^/?#]+$/.test(endpoint)) {
    problems.push({
      field: 'PREHEAT_S3_ENDPOINT',
      message: 'must be an address without a path, such as http://127.0.0.1:9000',
    });
  }
  return problems;
}
