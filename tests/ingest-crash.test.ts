import { test } from 'node:test';
import { surviveIngestCrashes } from './support/ingest-crashes.ts';

test('a server that is killed while files are read and embedded brings all of them to the same end', async () => {
  await surviveIngestCrashes({ stages: ['reading', 'embedding'] });
});
