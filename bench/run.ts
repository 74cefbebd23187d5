import { benchAsk } from './ask.ts';
import { benchCatalogue } from './catalogue.ts';
import { benchFairness } from './fairness.ts';
import { benchFreshness } from './freshness.ts';
import { benchIngest } from './ingest.ts';
import { benchMemory } from './memory.ts';
import { benchMillion } from './million.ts';
import { benchOverload } from './overload.ts';
import { benchPgvector } from './pgvector.ts';
import { benchQueue } from './queue.ts';
import { benchRetrieval } from './retrieval.ts';
import { benchSse } from './sse.ts';
import { benchTiming } from './timing.ts';
import { benchVectors } from './vectors.ts';
import { benchWorkers } from './workers.ts';

/** `npm run bench -- queue [--items 200000]`: each bench prints its figures; bench/README.md keeps them. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  queue: benchQueue,
  memory: benchMemory,
  million: benchMillion,
  ask: benchAsk,
  freshness: benchFreshness,
  retrieval: benchRetrieval,
  catalogue: benchCatalogue,
  vectors: benchVectors,
  pgvector: benchPgvector,
  sse: benchSse,
  ingest: benchIngest,
  overload: benchOverload,
  timing: benchTiming,
  workers: benchWorkers,
  fairness: benchFairness,
};

const [name, ...args] = process.argv.slice(2);
const bench = BENCHES[name ?? ''];
if (bench === undefined) {
  process.stderr.write(`Which bench? One of: ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exitCode = 2;
} else {
  await bench(args);
}
