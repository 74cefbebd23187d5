import { randomBytes } from 'node:crypto';
import { AesSealer } from '#adapters/sealer/aes-gcm/aes-sealer.ts';
import { sealStore } from '#adapters/store/sealed/sealed-store.ts';
import type { Store } from '#ports/store/store.ts';
import { machine, median, print, row } from './figures.ts';
import { measureLife } from './queue-life.ts';
import type { Life } from './queue-life.ts';

/** What it costs to keep items encrypted: in turn with and without a key, on a SQLite file. */
export async function benchQueueSealed(given: {
  items: number;
  concurrency: string;
  runs: number;
}): Promise<void> {
  const secret = randomBytes(32).toString('base64');
  const sealer = new AesSealer({ newest: secret, all: [secret] });
  const wrap = (store: Store): Store => sealStore(store, sealer, { finds: true });
  const place = { environment: { PREHEAT_CONCURRENCY: given.concurrency }, synchronous: 'FULL' as const };
  print(`queue, plain and sealed: ${given.items.toLocaleString('en')} items\n${machine()}\n`);
  const [plain, sealed]: [Life[], Life[]] = [[], []];
  for (let run = 0; run < given.runs; run += 1) {
    plain.push(await measureLife(given.items, place));
    sealed.push(await measureLife(given.items, { ...place, wrap }));
  }
  for (const part of ['submit', 'process', 'whole'] as const) {
    const of = (lives: readonly Life[]): number[] => lives.map((life) => life[part]);
    row(part, of(plain), 'items/s');
    row(`${part}, sealed`, of(sealed), 'items/s');
    row(`${part}, of the plain`, [median(of(sealed).map((rate, i) => rate / (of(plain)[i] as number)))], '×');
  }
}
