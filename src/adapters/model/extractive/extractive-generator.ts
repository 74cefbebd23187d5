import { NO_USAGE } from '#domain/answer.ts';
import type { GenerateRequest, Generated, Generator } from '#ports/model.ts';
import { candidatesOf, readPieces } from './candidates.ts';
import type { Piece } from './candidates.ts';
import { chooseSentences } from './choose.ts';
import { readQuestion } from './question.ts';
import { scoreAll, WordMeanings } from './score.ts';
import type { MeaningOf } from './score.ts';

/**
 * Answers with the best sentences of the passages, unchanged and cited: no model, no network, the same answer each
 * time. It prefers to say that it found nothing over quoting what only sounds near.
 */
export class ExtractiveGenerator implements Generator {
  readonly name = 'extractive-4';
  readonly #meanings: WordMeanings;
  /** The same paragraphs come up for question after question; reading one costs more than all the rest. */
  readonly #read = new Map<string, readonly Piece[]>();

  /** @param meaningOf what stands in for a knowledge of words; without it, words are what they are */
  constructor(meaningOf: MeaningOf = () => NO_MEANING) {
    this.#meanings = new WordMeanings(meaningOf);
  }

  async generate(request: GenerateRequest, signal: AbortSignal): Promise<Generated> {
    signal.throwIfAborted();
    const question = readQuestion(request.question);
    const scored = scoreAll(
      question,
      request.passages,
      candidatesOf(request.passages, (text) => this.#piecesOf(text)),
      this.#meanings,
    );
    const chosen = chooseSentences(question, request.passages, scored);
    return {
      found: chosen.length > 0,
      text: chosen.map((one, index) => `${one.shown} [${index + 1}]`).join(' '),
      quotes: chosen.map((one) => ({ passage: one.passage, paragraph: one.paragraph, text: one.quote })),
      usage: NO_USAGE,
    };
  }

  #piecesOf(text: string): readonly Piece[] {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    if (this.#read.size >= MAX_READ) this.#read.clear();
    const pieces = readPieces(text);
    this.#read.set(text, pieces);
    return pieces;
  }
}

const NO_MEANING = new Float64Array();

/** Paragraphs remembered: some 10 MB. */
const MAX_READ = 4_000;
