import { filterText, isUnfiltered, NO_FILTER } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { checkQuestion } from './read-question.ts';
import { sha256Hex } from './sha256.ts';

/** Raised when what an answer is made of changes in a way that no name or setting tells. */
const ANSWER_FORM = 3;

/** Questions remembered with their keys, in each of two halves. */
const HALF = 8_192;

/** Longer ones are not remembered: 16,384 of them would be 64 MB. */
const MAX_REMEMBERED_CHARACTERS = 500;

export interface ProfileParts {
  /** Provider, model, settings and prompts. The embedder is not among the parts: what it finds is the evidence. */
  readonly generator: string;
  /** Settings of retrieval, as text; another order of the same passages is another answer. */
  readonly retrieval: string;
}

/** What made an answer, as 16 hex digits: answers of different profiles never stand for each other. */
export function profileOf(parts: ProfileParts): string {
  return sha256Hex(JSON.stringify([ANSWER_FORM, parts.generator, parts.retrieval])).slice(0, 16);
}

/** 32 hex digits of the digest of the profile, the normalised question and what it keeps to. */
export function answerKey(profile: string, sameness: string, filter: PassageFilter): string {
  // A normalised question is one line.
  const asked = isUnfiltered(filter) ? sameness : `${sameness}\n${filterText(filter)}`;
  return sha256Hex(`${profile}\n${asked}`).slice(0, 32);
}

/** The keys of questions under one profile. */
export class AnswerKeys {
  readonly #profile: string;
  /** Two halves instead of a list in order of use: the older is dropped when the younger is full. */
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  constructor(profile: string) {
    this.#profile = profile;
  }

  /**
   * The key of a question, with what it keeps to.
   *
   * @throws Fault invalid `invalid_question`
   */
  keyOf(question: string, filter: PassageFilter = NO_FILTER): string {
    if (!isUnfiltered(filter)) return this.keyOfSameness(checkQuestion(question), filter);
    const known = this.#young.get(question);
    if (known !== undefined) return known;
    const key = this.#old.get(question) ?? this.keyOfSameness(checkQuestion(question), NO_FILTER);
    if (question.length <= MAX_REMEMBERED_CHARACTERS) this.#remember(question, key);
    return key;
  }

  /** The key of a question that was read and normalised before. */
  keyOfSameness(sameness: string, filter: PassageFilter): string {
    return answerKey(this.#profile, sameness, filter);
  }

  #remember(question: string, key: string): void {
    if (this.#young.size >= HALF) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(question, key);
  }
}
