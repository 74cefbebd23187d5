import type { Passage } from '#domain/document.ts';
import { termSetOf } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import type { Question, Term } from './question.ts';
import { answersKind } from './question-kind.ts';
import { fits } from './ranges.ts';

export interface Scored extends Candidate {
  readonly score: number;
  /** Share of the question's weight that the candidate and what stands around it cover: 0 to 1, and a little more. */
  readonly coverage: number;
}

/**
 * What counts for how much. Found by random search over the sample handbook and the first half of bench/retrieval, then
 * rounded, and checked against the second half, which the search had not seen (2026-11).
 */
const WEIGHTS = {
  /** A word in the sentence counts 1; this is what it counts elsewhere. */
  inLastHeading: 0.83,
  inHeadings: 0.44,
  inParagraph: 0.6,
  inPassage: 0.33,
  /** Another word for it, instead of the word. */
  synonym: 0.89,
  /** A word of nearly the same meaning, by how near that is. */
  nearWord: 0.53,
  /** Added: the sentence has what that kind of question asks for. */
  kind: 0.14,
  /** Added: it names the range that an amount of the question falls into. */
  range: 0.29,
  /** Added: its section is about just what is asked. */
  topic: 0.14,
  /** Added for the first passage, less for each further one. */
  rank: 0.3,
  /** Added for all of the meaning of the question. */
  meaning: 0.07,
  /** What meaning beyond the usual counts as words that are there. */
  meaningCovers: 0.27,
};

/** Words no nearer than this have nothing to do with one another. */
const LEAST_NEAR = 0.46;

/** Texts about one thing are this near even when they say nothing of each other. */
const USUAL_NEARNESS = 0.3;

/** The direction into which the meanings of stems point, with length 1 or 0. */
export type MeaningOf = (stems: Iterable<string>) => Float64Array;

/** Scores every candidate for the question. */
export function scoreAll(
  question: Question,
  passages: readonly Passage[],
  candidates: readonly Candidate[],
  meanings: WordMeanings,
): Scored[] {
  const asked = meanings.ofAll(question.terms.map(({ stem }) => stem));
  const terms = question.terms.map((term) => new AskedTerm(term, meanings));
  const weights = weigh(terms, candidates);
  const whole = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const places = new Places(passages, candidates);
  return candidates.map((candidate) => {
    const around = places.around(candidate);
    let covered = 0;
    terms.forEach((term, i) => (covered += (weights[i] as number) * bestMatch(term, candidate, around)));
    const near = product(
      asked,
      meanings.ofAll([...candidate.terms, ...candidate.title, ...around.lastHeading]),
    );
    const coverage = covered / whole;
    const topic = WEIGHTS.topic * topicMatch(question.terms, around.lastHeading);
    return {
      ...candidate,
      coverage: coverage + WEIGHTS.meaningCovers * Math.max(0, near - USUAL_NEARNESS),
      score: coverage + topic + WEIGHTS.meaning * near + bonusOf(question, candidate, passages.length),
    };
  });
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] ?? 0);
  return sum;
}

function bonusOf(question: Question, candidate: Candidate, passages: number): number {
  const kind = answersKind(question.kind, candidate.shown) ? WEIGHTS.kind : 0;
  const range = fits(candidate.shown, question.amounts) ? WEIGHTS.range : 0;
  return kind + range + WEIGHTS.rank * (1 - candidate.passage / passages);
}

/**
 * Weights of the question's terms: rare among the candidates is heavy (as in BM25's idf), and absent is the
 * heaviest, for the passages say nothing about it. Chatter that is absent counts for nothing.
 */
function weigh(terms: readonly AskedTerm[], candidates: readonly Candidate[]): number[] {
  return terms.map((term) => {
    let holders = 0;
    for (const candidate of candidates) if (term.matchIn(candidate.terms) > 0) holders += 1;
    if (holders === 0 && term.weight < 1) return 0;
    return term.weight * Math.log(1 + (candidates.length + 0.5) / (Math.max(holders, 0.8) + 0.5));
  });
}

function bestMatch(term: AskedTerm, candidate: Candidate, around: Around): number {
  return Math.max(
    term.matchIn(candidate.terms),
    WEIGHTS.inLastHeading * Math.max(term.matchIn(around.lastHeading), term.matchIn(candidate.title)),
    WEIGHTS.inHeadings * term.matchIn(around.headings),
    WEIGHTS.inParagraph * term.matchIn(around.paragraph),
    WEIGHTS.inPassage * term.matchIn(around.passage),
  );
}

/**
 * What single words mean, kept from answer to answer: the words of a corpus come up again and again, and looking one up
 * costs as much as comparing it with three.
 */
export class WordMeanings {
  readonly #meaningOf: MeaningOf;
  readonly #known = new Map<string, Float32Array>();

  constructor(meaningOf: MeaningOf) {
    this.#meaningOf = meaningOf;
  }

  of(word: string): Float32Array {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_WORDS) this.#known.clear();
    const meaning = Float32Array.from(this.#meaningOf([word]));
    this.#known.set(word, meaning);
    return meaning;
  }

  ofAll(words: Iterable<string>): Float64Array {
    return this.#meaningOf(words);
  }
}

/** Words remembered: some 4 MB. */
const MAX_WORDS = 4_000;

/** A word of the question, and how near to it the words of the passages are: asked again and again. */
class AskedTerm {
  readonly weight: number;
  readonly #term: Term;
  readonly #meanings: WordMeanings;
  readonly #meaning: Float32Array;
  readonly #near = new Map<string, number>();
  /** A passage's words are asked about for each of its sentences. */
  readonly #matches = new Map<ReadonlySet<string>, number>();

  constructor(term: Term, meanings: WordMeanings) {
    this.weight = term.weight;
    this.#term = term;
    this.#meanings = meanings;
    this.#meaning = meanings.of(term.stem);
  }

  /** What the best of some words counts as: 1 for the word itself. */
  matchIn(words: ReadonlySet<string>): number {
    if (words.has(this.#term.stem)) return 1;
    const known = this.#matches.get(words);
    if (known !== undefined) return known;
    let best = 0;
    for (const word of words) best = Math.max(best, this.#nearness(word));
    this.#matches.set(words, best);
    return best;
  }

  #nearness(word: string): number {
    const known = this.#near.get(word);
    if (known !== undefined) return known;
    const near = this.#term.synonyms.has(word) ? WEIGHTS.synonym : this.#byMeaning(word);
    this.#near.set(word, near);
    return near;
  }

  #byMeaning(word: string): number {
    const cosine = product(this.#meaning, this.#meanings.of(word));
    return cosine < LEAST_NEAR ? 0 : WEIGHTS.nearWord * cosine;
  }
}

/** How much of the heading the question names: "When is payday?" under "Payday" is asked about just that section. */
function topicMatch(terms: readonly Term[], heading: ReadonlySet<string>): number {
  if (heading.size === 0) return 0;
  let named = 0;
  for (const word of heading) {
    if (terms.some((term) => term.stem === word || term.synonyms.has(word))) named += 1;
  }
  return named / heading.size;
}

interface Around {
  readonly lastHeading: ReadonlySet<string>;
  readonly headings: ReadonlySet<string>;
  readonly paragraph: ReadonlySet<string>;
  readonly passage: ReadonlySet<string>;
}

/** Words by place, gathered once for each passage and paragraph. */
class Places {
  readonly #passages: Around[];
  readonly #paragraphs = new Map<string, Set<string>>();

  constructor(passages: readonly Passage[], candidates: readonly Candidate[]) {
    const words = passages.map(() => new Set<string>());
    for (const { passage, paragraph, terms } of candidates) {
      const name = `${passage}:${paragraph}`;
      const own = this.#paragraphs.get(name) ?? new Set();
      this.#paragraphs.set(name, own);
      for (const term of terms) own.add(term);
      for (const term of terms) words[passage]?.add(term);
    }
    this.#passages = passages.map(({ headings, documentName }, index) => ({
      lastHeading: termSetOf(headings.at(-1) ?? ''),
      headings: termSetOf([documentName.replace(/\.\w+$/, ''), ...headings].join(' ')),
      paragraph: NO_TERMS,
      passage: words[index] ?? NO_TERMS,
    }));
  }

  around({ passage, paragraph }: Candidate): Around {
    const own = this.#paragraphs.get(`${passage}:${paragraph}`) ?? NO_TERMS;
    return { ...(this.#passages[passage] as Around), paragraph: own };
  }
}

const NO_TERMS: ReadonlySet<string> = new Set();
