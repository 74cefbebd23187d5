import { surviveIngestCrashes } from '../tests/support/ingest-crashes.ts';
import type { IngestStage } from '../tests/support/ingest-crashes.ts';

/** The long form of tests/ingest-crash.test.ts: a kill at each stage of a file, round after round. */
const rounds = Number(process.argv[2] ?? 3);
const stages: readonly IngestStage[] = ['received', 'reading', 'chunking', 'embedding', 'indexing'];
await surviveIngestCrashes({
  stages: Array.from({ length: rounds }, () => stages).flat(),
  log: (line) => process.stdout.write(`${line}\n`),
});
