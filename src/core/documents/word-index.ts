import { countOf, isInHeadings, isInName } from '#domain/chunk-terms.ts';
import type { ChunkTerms } from '#domain/chunk-terms.ts';
import { Rarity } from '#domain/corpus-statistics.ts';
import type { CorpusStatistics } from '#domain/corpus-statistics.ts';
import { PostingList } from './posting-list.ts';
import type { WordQuery } from './read-query.ts';
import { WordScores } from './word-scores.ts';
import type { WordEntry } from './word-scores.ts';

/** How fast further occurrences of a word stop to count, and how much long chunks are discounted. */
const K1 = 1.2;
const B = 0.75;

/** What standing in the headings, and in the document's name, counts; an occurrence in the text counts 1. */
const IN_HEADINGS = 1;
const IN_NAME = 0.5;

/** What each place byte counts as occurrences. */
const OCCURRENCES = Float64Array.from(
  { length: 256 },
  (_, place) => countOf(place) + (isInHeadings(place) ? IN_HEADINGS : 0) + (isInName(place) ? IN_NAME : 0),
);

/**
 * The words of a project's visible chunks, ranked by BM25 from statistics that are frozen for an epoch: the score of
 * a chunk depends on the question, the chunk and the epoch, never on what else was added or removed.
 *
 * @see https://doi.org/10.1561/1500000019
 */
export class WordIndex {
  readonly #postings = new Map<number, PostingList>();
  readonly #slots = new Map<number, number>();
  /** By slot; null once removed. Slots are never used twice: the lists keep what was removed until `isWorn`. */
  readonly #entries: (WordEntry | null)[] = [];
  readonly #lengths: number[] = [];
  /** By slot: what occurrences are weighed against. Infinite for what was removed, so that it scores nothing. */
  #norms = new Float64Array(256);
  #statistics: CorpusStatistics = NEVER_COUNTED;
  #rarity = new Rarity(NEVER_COUNTED);

  get statistics(): CorpusStatistics {
    return this.#statistics;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** More of the lists is dead than alive: time to load the index anew. */
  get isWorn(): boolean {
    return this.#entries.length > 2 * this.#slots.size + 1_000;
  }

  add(entry: WordEntry, terms: ChunkTerms): void {
    if (this.#slots.has(entry.chunkId)) return;
    const slot = this.#entries.push(entry) - 1;
    this.#slots.set(entry.chunkId, slot);
    this.#lengths.push(terms.length);
    if (slot >= this.#norms.length) this.#norms = grown(this.#norms);
    this.#norms[slot] = this.#normOf(terms.length);
    terms.hashes.forEach((hash, i) => {
      const list = this.#postings.get(hash);
      if (list !== undefined) list.add(slot, terms.places[i] as number);
      else this.#postings.set(hash, new PostingList(slot, terms.places[i] as number));
    });
  }

  remove(chunkId: number): void {
    const slot = this.#slots.get(chunkId);
    if (slot === undefined) return;
    this.#slots.delete(chunkId);
    this.#entries[slot] = null;
    this.#norms[slot] = Infinity;
  }

  /** Begins an epoch. */
  setStatistics(statistics: CorpusStatistics): void {
    this.#statistics = statistics;
    this.#rarity = new Rarity(statistics);
    this.#entries.forEach((entry, slot) => {
      if (entry !== null) this.#norms[slot] = this.#normOf(this.#lengths[slot] as number);
    });
  }

  entryOf(chunkId: number): WordEntry | null {
    return this.#entries[this.#slots.get(chunkId) ?? -1] ?? null;
  }

  /** Scores every chunk that holds a word of the query, from 0 to 1. */
  score(query: WordQuery, documents?: ReadonlySet<number>): WordScores {
    const scores = new Float64Array(this.#entries.length);
    let whole = 0;
    for (const { weight, forms } of query.concepts) {
      const rarity = this.#rarity.of(forms[0]?.hash ?? 0);
      whole += weight * rarity;
      const found = forms.flatMap(({ hash, share }) => {
        const list = this.#postings.get(hash);
        const most = weight * share * Math.min(rarity, this.#rarity.of(hash));
        return list === undefined ? [] : [{ list, most }];
      });
      this.#addConcept(scores, found);
    }
    return new WordScores({ scores, whole, entries: this.#entries, slots: this.#slots, documents });
  }

  #addConcept(scores: Float64Array, forms: readonly Found[]): void {
    const [only] = forms;
    if (only === undefined) return;
    if (forms.length === 1)
      this.#eachScore(only, (slot, score) => (scores[slot] = (scores[slot] as number) + score));
    else this.#addBest(scores, forms);
  }

  /** Of the forms of one concept a chunk is given the best. */
  #addBest(scores: Float64Array, forms: readonly Found[]): void {
    const best = new Map<number, number>();
    for (const form of forms) {
      this.#eachScore(form, (slot, score) => {
        if (score > (best.get(slot) ?? 0)) best.set(slot, score);
      });
    }
    for (const [slot, score] of best) scores[slot] = (scores[slot] as number) + score;
  }

  #eachScore({ list: { postings, size }, most }: Found, take: (slot: number, score: number) => void): void {
    for (let i = 0; i < size; i += 1) {
      const posting = postings[i] as number;
      const slot = posting >>> 8;
      const count = OCCURRENCES[posting & 0xff] as number;
      take(slot, (most * count) / (count + (this.#norms[slot] as number)));
    }
  }

  #normOf(length: number): number {
    const { averageLength } = this.#statistics;
    return K1 * (1 - B + (B * length) / (averageLength || length || 1));
  }
}

interface Found {
  readonly list: PostingList;
  /** What endless occurrences would give. */
  readonly most: number;
}

const NEVER_COUNTED: CorpusStatistics = {
  epoch: 0,
  corpusVersion: 0,
  chunks: 0,
  averageLength: 0,
  frequencies: new Uint8Array(),
};

function grown(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
