import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import type { Neighbour, VectorEntry, Vectors } from './vectors.ts';

/** What every vector index promises; `runs`: of each property, fewer where each takes its time. */
export function vectorsContract(make: () => Vectors, runs = 100): void {
  const open = (t: TestContext): Vectors => {
    const vectors = make();
    t.after(() => vectors.close());
    return vectors;
  };
  describe('vectors', () => {
    searching(open);
    versions(open);
    histories(make, { numRuns: runs });
  });
}

type Open = (t: TestContext) => Vectors;

function searching(open: Open): void {
  test('the nearest come first, with their cosine similarity', async (t) => {
    const vectors = open(t);
    vectors.apply(1, 7, { added: [at(10, 90), at(11, 0), at(12, 45)], removed: [] });
    assert.equal(vectors.versionOf(1), 7);
    const found = await search(vectors, 7, unit(10), 2);
    assert.deepEqual(idsOf(found), [11, 12]);
    assert.ok(Math.abs((found[0]?.score ?? 0) - Math.cos((10 * Math.PI) / 180)) < 1e-6);
  });

  test('equal scores come by ascending chunk id, however they were added', async (t) => {
    const vectors = open(t);
    vectors.apply(1, 1, { added: [at(3, 20), at(9, 20)], removed: [] });
    vectors.apply(1, 2, { added: [at(1, 20), at(5, 20)], removed: [9] });
    assert.deepEqual(idsOf(await search(vectors, 2, unit(0), 9)), [1, 3, 5]);
    assert.deepEqual(idsOf(await search(vectors, 2, unit(0), 2)), [1, 3]);
  });

  test('the scores of given chunks are those that a search gives', async (t) => {
    const vectors = open(t);
    vectors.apply(1, 1, { added: [at(1, 13), at(2, 57), at(3, 111)], removed: [] });
    const found = new Map(
      (await search(vectors, 1, unit(5), 9)).map(({ chunkId, score }) => [chunkId, score]),
    );
    const scores = await vectors.scores(1, { version: 1, vector: unit(5), chunkIds: [3, 99, 1] });
    assert.deepEqual(scores, [found.get(3), 0, found.get(1)]);
  });

  test('a search among documents sees no others', async (t) => {
    const vectors = open(t);
    vectors.apply(1, 1, { added: [at(1, 0, 7), at(2, 1, 8), at(3, 2, 7), at(4, 3, 9)], removed: [] });
    const among = (documents: readonly number[]) =>
      vectors.search(1, { version: 1, vector: unit(0), limit: 9, documents: new Set(documents) });
    assert.deepEqual(idsOf((await among([7, 9])) ?? []), [1, 3, 4]);
    assert.deepEqual(await among([]), []);
  });

  test('a vector of another length does no harm', async (t) => {
    const vectors = open(t);
    const odd = { chunkId: 2, documentId: 1, vector: Float32Array.of(1) };
    vectors.apply(1, 1, { added: [at(1, 0), odd], removed: [] });
    assert.deepEqual(await search(vectors, 1, Float32Array.of(1, 0, 0), 9), []);
    assert.equal((await search(vectors, 1, unit(0), 9)).length, 1);
  });

  test('projects do not see one another, and one is forgotten alone', async (t) => {
    const vectors = open(t);
    vectors.apply(1, 1, { added: [at(1, 0)], removed: [] });
    vectors.apply(2, 1, { added: [at(2, 0)], removed: [] });
    assert.deepEqual(idsOf(await search(vectors, 1, unit(0), 9)), [1]);
    vectors.forget(1);
    assert.equal(vectors.versionOf(1), null);
    assert.equal(await vectors.search(1, { version: 1, vector: unit(0), limit: 9 }), null);
    assert.equal((await vectors.search(2, { version: 1, vector: unit(0), limit: 9 }))?.length, 1);
  });
}

function versions(open: Open): void {
  test('an index answers for the version it stands at and for no other', async (t) => {
    const vectors = open(t);
    assert.equal(vectors.versionOf(1), null);
    vectors.apply(1, null, { added: [at(1, 0)], removed: [] });
    assert.equal(vectors.versionOf(1), null);
    vectors.apply(1, 3, { added: [at(2, 0)], removed: [] });
    const ask = { vector: unit(0), limit: 9 };
    assert.equal((await vectors.search(1, { ...ask, version: 3 }))?.length, 2);
    assert.equal(await vectors.search(1, { ...ask, version: 2 }), null);
    assert.equal(await vectors.scores(1, { version: 4, vector: unit(0), chunkIds: [1] }), null);
  });

  test('applying the same changes twice is applying them once', async (t) => {
    const vectors = open(t);
    const changes = { added: [at(1, 0), at(2, 10)], removed: [99] };
    vectors.apply(1, 1, changes);
    vectors.apply(1, 1, changes);
    assert.deepEqual(idsOf(await search(vectors, 1, unit(0), 9)), [1, 2]);
  });
}

function histories(make: () => Vectors, runs: { readonly numRuns: number }): void {
  test('any history of changes finds what sorting all that is left would find', async () => {
    const change = fc.record({
      chunkId: fc.nat(30),
      angle: fc.integer({ min: 0, max: 8 }),
      isAdded: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 80 }),
        fc.integer({ min: 1, max: 10 }),
        async (changes, limit) => {
          const vectors = make();
          const left = new Map<number, number>();
          vectors.apply(1, 0, { added: [], removed: [] });
          changes.forEach(({ chunkId, angle, isAdded }, i) => {
            if (isAdded) left.set(chunkId, angle);
            else left.delete(chunkId);
            const [added, removed] = isAdded ? [[at(chunkId, angle)], []] : [[], [chunkId]];
            vectors.apply(1, i + 1, { added, removed });
          });
          const expected = [...left].sort(([a, x], [b, y]) => x - y || a - b).slice(0, limit);
          const found = await search(vectors, changes.length, unit(0), limit);
          await vectors.close();
          assert.deepEqual(
            idsOf(found),
            expected.map(([chunkId]) => chunkId),
          );
        },
      ),
      runs,
    );
  });

  test('a search is exact, whatever the vectors', async () => {
    const vector = fc
      .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 24, maxLength: 24 })
      .map(toUnit);
    await fc.assert(
      fc.asyncProperty(
        fc.array(vector, { minLength: 1, maxLength: 60 }),
        vector,
        fc.integer({ min: 1, max: 8 }),
        async (all, query, limit) => {
          const vectors = make();
          const added = all.map((each, i) => ({ chunkId: i + 1, documentId: 1, vector: each }));
          vectors.apply(1, 1, { added, removed: [] });
          const chunkIds = added.map(({ chunkId }) => chunkId);
          const scores = (await vectors.scores(1, { version: 1, vector: query, chunkIds })) ?? [];
          const expected = chunkIds
            .map((chunkId, i) => ({ chunkId, score: scores[i] as number }))
            .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId);
          assert.deepEqual(await search(vectors, 1, query, limit), expected.slice(0, limit));
          await vectors.close();
          scores.forEach((score, i) =>
            assert.ok(Math.abs(score - dot(all[i] as Float32Array, query)) < 1e-5),
          );
        },
      ),
      runs,
    );
  });
}

async function search(
  vectors: Vectors,
  version: number,
  vector: Float32Array,
  limit: number,
): Promise<readonly Neighbour[]> {
  const found = await vectors.search(1, { version, vector, limit });
  return found ?? assert.fail(`the index does not stand at ${version}`);
}

function idsOf(found: readonly Neighbour[]): number[] {
  return found.map((neighbour) => neighbour.chunkId);
}

function at(chunkId: number, degrees: number, documentId = 1): VectorEntry {
  return { chunkId, documentId, vector: unit(degrees) };
}

function unit(degrees: number): Float32Array {
  const angle = (degrees * Math.PI) / 180;
  return Float32Array.of(Math.cos(angle), Math.sin(angle));
}

function toUnit(values: readonly number[]): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
