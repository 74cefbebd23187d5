import { PackedVectors } from '#adapters/vectors/memory/packed-vectors.ts';
import { machine, print, row } from './figures.ts';

export const DIMENSIONS = 384;
const QUERIES = 60;
const WARM_UP = 5;
const LIMIT = 10;

/**
 * `npm run bench -- vectors`: the scan of vectors in memory at 10,000 and 100,000 × 384, beside a plain scan of the
 * same numbers, and what it finds of what that finds. `random`: nothing is near anything; `clustered`: 1,000 centres and
 * noise, nearer to what texts give.
 */
export async function benchVectors(): Promise<void> {
  print(
    `Vectors, ${DIMENSIONS} dimensions, the ${LIMIT} nearest; ms for each of ${QUERIES} queries. ${machine()}`,
  );
  for (const shape of ['random', 'clustered'] as const) {
    for (const count of [10_000, 100_000]) await measure(shape, count);
  }
}

async function measure(shape: 'random' | 'clustered', count: number): Promise<void> {
  const make = makerOf(shape, count);
  const vectors = new PackedVectors();
  const plain = new Float32Array(count * DIMENSIONS);
  for (let slot = 0; slot < count; slot += 1) {
    const vector = make();
    plain.set(vector, slot * DIMENSIONS);
    vectors.set({ chunkId: slot, documentId: Math.floor(slot / 50), vector });
  }
  const [exactMs, scanMs, turnMs, fewMs]: [number[], number[], number[], number[]] = [[], [], [], []];
  let found = 0;
  const few = new Set(Array.from({ length: count / 1_000 }, (_, i) => 20 * i));
  for (let i = 0; i < QUERIES + WARM_UP; i += 1) {
    const vector = make();
    const expected = timed(() => plainScan(plain, count, vector));
    const scan = await timedAsync(() => vectors.nearest({ vector, limit: LIMIT }));
    const filtered = await timedAsync(() => vectors.nearest({ vector, limit: LIMIT, documents: few }));
    if (i < WARM_UP) continue;
    exactMs.push(expected.ms);
    scanMs.push(scan.ms);
    turnMs.push(scan.longestTurnMs);
    fewMs.push(filtered.ms);
    const ids = new Set(scan.value?.map(({ chunkId }) => chunkId));
    found += expected.value.filter((slot) => ids.has(slot)).length;
  }
  print(`\n${count.toLocaleString('en')} ${shape}: recall ${(found / (QUERIES * LIMIT)).toFixed(4)}`);
  row('plain scan of the numbers', exactMs, 'ms');
  row('scan', scanMs, 'ms');
  row('  longest hold of the event loop', turnMs, 'ms');
  row('among the chunks of one document in 20', fewMs, 'ms');
}

/** Makes one vector after the other, the same ones for the same seed. */
export function makerOf(shape: 'random' | 'clustered', seed: number): () => Float32Array {
  const random = seeded(seed);
  const centres = Array.from({ length: 1_000 }, () => unit(() => gauss(random)));
  return () => {
    if (shape === 'random') return unit(() => gauss(random));
    const centre = centres[Math.floor(random() * centres.length)] as Float32Array;
    return unit((i) => (centre[i] as number) + 0.03 * gauss(random));
  };
}

function plainScan(plain: Float32Array, count: number, vector: Float32Array): number[] {
  const scores = Float64Array.from({ length: count }, (_, slot) => {
    let sum = 0;
    const offset = slot * DIMENSIONS;
    for (let i = 0; i < DIMENSIONS; i += 1) sum += (plain[offset + i] as number) * (vector[i] as number);
    return sum;
  });
  const least = scores.toSorted()[count - LIMIT] as number;
  const best: number[] = [];
  scores.forEach((score, slot) => {
    if (score >= least) best.push(slot);
  });
  return best;
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const from = performance.now();
  const value = work();
  return { ms: performance.now() - from, value };
}

/** With the longest time in which a timer that is always due did not come round. */
async function timedAsync<T>(work: () => Promise<T>) {
  let last = performance.now();
  let longestTurnMs = 0;
  let isDone = false;
  const tick = (): void => {
    longestTurnMs = Math.max(longestTurnMs, performance.now() - last);
    last = performance.now();
    if (!isDone) setImmediate(tick);
  };
  setImmediate(tick);
  const from = performance.now();
  const value = await work();
  const ms = performance.now() - from;
  isDone = true;
  await new Promise((resolve) => setImmediate(resolve));
  return { ms, value, longestTurnMs };
}

function unit(make: (i: number) => number): Float32Array {
  const values = Float32Array.from({ length: DIMENSIONS }, (_, i) => make(i));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
