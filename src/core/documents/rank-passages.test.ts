import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { packTerms, unpackTerms } from '#domain/chunk-terms.ts';
import { CorpusCounter } from '#domain/corpus-statistics.ts';
import type { CorpusStatistics } from '#domain/corpus-statistics.ts';
import type { HistoryRequest, IndexEntry, IndexHistory } from '#ports/store/documents.ts';
import type { VectorChanges, VectorEntry, Vectors } from '#ports/vectors.ts';
import { PassageIndex } from './passage-index.ts';
import { rankPassages } from './rank-passages.ts';
import { readQuery } from './read-query.ts';
import type { Ranked } from './word-scores.ts';

const WORDS = 'badger otter mole vole toad newt hare stoat weasel marten'.split(' ');
const DIMENSIONS = 3;

interface Sample {
  readonly words: readonly number[];
  readonly vector: readonly number[];
}

const component = fc.integer({ min: -4, max: 4 }).map((value) => value / 4);
const vector = fc.array(component, { minLength: DIMENSIONS, maxLength: DIMENSIONS });
const sample: fc.Arbitrary<Sample> = fc.record({
  words: fc.array(fc.nat(WORDS.length - 1), { minLength: 1, maxLength: 12 }),
  vector,
});
const asking = fc.record({
  words: fc.array(fc.nat(WORDS.length - 1), { minLength: 0, maxLength: 5 }),
  vector,
});

describe('the ranking', () => {
  test('is what scoring every chunk and sorting would give, however few are read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 1, maxLength: 120 }),
        asking,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0.1, 1, 3),
        async (samples, question, limit, vectorWeight) => {
          const corpus = new Corpus(samples);
          const best = await corpus.rank(question, limit, vectorWeight);
          const all = await corpus.rank(question, samples.length, vectorWeight);
          assert.deepEqual(best, all.slice(0, limit));
          assert.ok(all.every(({ score }, i) => score > 0 && score <= (all[i - 1]?.score ?? Infinity)));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('gives a chunk the same score, whatever was added and removed since its epoch began', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 2, maxLength: 30 }),
        fc.array(sample, { maxLength: 60 }),
        asking,
        async (samples, later, question) => {
          const corpus = new Corpus(samples);
          const before = await corpus.rank(question, 1_000, 1);
          corpus.change(later, [1]);
          const after = new Map(
            (await corpus.rank(question, 1_000, 1)).map((each) => [each.chunkId, each.score]),
          );
          for (const { chunkId, score } of before) {
            if (chunkId !== 1) assert.equal(after.get(chunkId), score);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('is the same for an index that went along and for one that was loaded at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { minLength: 3, maxLength: 30 }),
        asking,
        async (samples, question) => {
          const corpus = new Corpus(samples.slice(0, 2));
          await corpus.rank(question, 5, 1);
          corpus.change(samples.slice(2), [2]);
          const along = await corpus.rank(question, 50, 1);
          corpus.loadAnew();
          assert.deepEqual(await corpus.rank(question, 50, 1), along);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('orders chunks that score alike by what they are, not by their ids', async () => {
    const same = { words: [1], vector: [0, 0, 0] };
    const corpus = new Corpus([same, same, same]);
    corpus.identities.set(1, 'c').set(2, 'a').set(3, 'b');
    const ranked = await corpus.rank({ words: [1], vector: [0, 0, 0] }, 3, 1);
    assert.deepEqual(
      ranked.map(({ chunkId }) => chunkId),
      [2, 3, 1],
    );
  });

  test('is null when the index stands elsewhere', async () => {
    const corpus = new Corpus([{ words: [1], vector: [1, 0, 0] }]);
    await corpus.rank({ words: [1], vector: [1, 0, 0] }, 1, 1);
    const query = {
      projectId: 1,
      corpusVersion: 9,
      words: readQuery('otter'),
      vector: Float32Array.of(1),
      vectorWeight: 1,
    };
    assert.equal(await rankPassages(corpus.index, query, 1), null);
  });
});

/** A corpus whose statistics were counted when it was made: one epoch, whatever comes after. */
class Corpus {
  readonly identities = new Map<number, string>();
  index: PassageIndex;
  readonly #rows: { entry: Omit<IndexEntry, 'identity'>; from: number; to: number }[] = [];
  readonly #statistics: CorpusStatistics;
  #version = 1;

  constructor(samples: readonly Sample[]) {
    this.#add(samples);
    const counter = new CorpusCounter();
    for (const { entry } of this.#rows) counter.add(unpackTerms(entry.terms) ?? assert.fail());
    this.#statistics = counter.freeze(1, 1);
    this.index = this.#open();
  }

  change(added: readonly Sample[], removed: readonly number[]): void {
    this.#version += 1;
    for (const row of this.#rows) if (removed.includes(row.entry.chunkId)) row.to = this.#version;
    this.#add(added);
  }

  loadAnew(): void {
    this.index = this.#open();
  }

  async rank(question: Sample, limit: number, vectorWeight: number): Promise<readonly Ranked[]> {
    await this.index.catchUp(1, this.#version);
    const query = {
      projectId: 1,
      corpusVersion: this.#version,
      words: readQuery(question.words.map((word) => WORDS[word]).join(' ')),
      vector: Float32Array.from(question.vector),
      vectorWeight,
    };
    return (await rankPassages(this.index, query, limit)) ?? assert.fail('the index stands still');
  }

  #add(samples: readonly Sample[]): void {
    for (const { words, vector: values } of samples) {
      const chunkId = this.#rows.length + 1;
      const text = words.map((word) => WORDS[word]).join(' ');
      const terms = packTerms({ documentName: '', headings: [], text });
      const entry = { chunkId, documentId: 1, number: chunkId, terms, vector: Float32Array.from(values) };
      this.#rows.push({ entry, from: this.#version, to: Infinity });
    }
  }

  #open(): PassageIndex {
    return new PassageIndex({ changes: async (_, request) => this.#changes(request) }, new PlainVectors());
  }

  /** As a store gives it, in pages of seven. */
  #changes({ since, epoch, after = 0, upTo = this.#version }: HistoryRequest): IndexHistory {
    const rows = this.#rows.filter(
      ({ from, to, entry }) => from > since && from <= upTo && to === Infinity && entry.chunkId > after,
    );
    const added = rows.slice(0, 7).map(({ entry }) => ({
      ...entry,
      identity: this.identities.get(entry.chunkId) ?? String(entry.chunkId).padStart(16, '0'),
    }));
    const removed = this.#rows.filter(({ from, to }) => from <= since && to !== Infinity && to > since);
    return {
      version: upTo,
      isWhole: since === 0,
      added,
      removed: since === 0 || after > 0 ? [] : removed.map(({ entry }) => entry.chunkId),
      statistics: epoch === 1 && since > 0 ? null : this.#statistics,
      next: rows.length > 7 ? (added.at(-1)?.chunkId ?? null) : null,
    };
  }
}

/** The port in a few lines: sorts everything each time. */
class PlainVectors implements Vectors {
  readonly #entries = new Map<number, VectorEntry>();
  #version: number | null = null;

  versionOf(): number | null {
    return this.#version;
  }

  apply(_: number, version: number | null, { added, removed }: VectorChanges): void {
    for (const chunkId of removed) this.#entries.delete(chunkId);
    for (const entry of added) this.#entries.set(entry.chunkId, entry);
    this.#version = version;
  }

  async search(_: number, { vector: query, limit }: Parameters<Vectors['search']>[1]) {
    return Array.from(this.#entries.values(), (entry) => ({
      chunkId: entry.chunkId,
      score: dot(entry.vector, query),
    }))
      .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
      .slice(0, limit);
  }

  async scores(_: number, { vector: query, chunkIds }: Parameters<Vectors['scores']>[1]) {
    return chunkIds.map((chunkId) => dot(this.#entries.get(chunkId)?.vector ?? query.map(() => 0), query));
  }

  forget(): void {
    this.#entries.clear();
    this.#version = null;
  }

  async close(): Promise<void> {}
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
