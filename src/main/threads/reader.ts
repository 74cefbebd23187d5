import { hash } from 'node:crypto';
import { serveReader } from '#adapters/reader/local/serve.ts';
import { chunksOf } from '#workloads/documents/chunk.ts';
import { loadTokenizer } from '#workloads/documents/count-tokens.ts';

const sha256 = (text: string): string => hash('sha256', text);

serveReader(process, async (blocks, report) =>
  chunksOf(blocks, { count: await loadTokenizer(), sha256, report }),
);
