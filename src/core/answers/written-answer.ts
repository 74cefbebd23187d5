import type { Passage } from '#domain/document.ts';
import { sentencesOf } from '#domain/words.ts';
import type { Generated, Quote } from '#ports/model.ts';
import { apart, settledEnd, withoutMarkup } from './defuse.ts';
import { findQuote } from './find-quote.ts';
import { NOT_FOUND_WORD } from './prompt.ts';

/** `[1]`, `[1, 2]`, `[passage 3]`, and the wide brackets that some models write. */
const MARK = /(\s*)[[【]\s*(?:passages?\s+)?(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*[\]】]/gi;

/** Characters in which the sentence before a mark is looked for. */
const LOOK_BACK = 600;

/** What has to stand in a passage of an answer that cites none, to take it for what the answer rests on. */
const LEAST_SHARE = 0.5;

/**
 * What a model writes, made into an answer as it comes: marks become numbers of quotes that stand in their passages,
 * marks of passages that there are not are dropped, and links, images and tags lose their meaning.
 */
export class WrittenAnswer {
  readonly #passages: readonly Passage[];
  #pending = '';
  #text = '';
  /** White space that goes out only when something follows. */
  #gap = '';
  /** A mark that was dropped took this with it; the next mark stands in its place. */
  #spaceOfDropped = '';
  #isBegun = false;
  readonly #quotes: Quote[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(passages: readonly Passage[]) {
    this.#passages = passages;
  }

  /** Takes what the model wrote next; returns what may be shown of it, in its final form. */
  push(written: string): string {
    this.#pending += written;
    return this.#drain(false);
  }

  /** The model is done: returns what was still held back. */
  end(): string {
    const before = this.#text.length;
    this.#drain(true);
    if (this.#quotes.length === 0) this.#citeWhole();
    return this.#text.slice(before);
  }

  /** To be read after `end`. An answer that nothing supports is none. */
  result(): Pick<Generated, 'found' | 'text' | 'quotes'> {
    const found = this.#quotes.length > 0 && this.#text !== '';
    return found ? { found, text: this.#text, quotes: this.#quotes } : { found, text: '', quotes: [] };
  }

  #drain(isLast: boolean): string {
    const before = this.#text.length;
    if (!this.#begin(isLast)) return '';
    const end = isLast ? this.#pending.length : settledEnd(this.#pending);
    const settled = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    this.#take(withoutMarkup(settled, (address) => this.#isInPassages(address)));
    return this.#text.slice(before);
  }

  /** Skips what a model thinks aloud, and waits until it is clear that this is an answer. */
  #begin(isLast: boolean): boolean {
    if (this.#isBegun) return true;
    this.#pending = this.#pending.trimStart();
    if (this.#pending.startsWith(THINKING)) {
      const end = this.#pending.indexOf(THOUGHT);
      if (end === -1) return false;
      this.#pending = this.#pending.slice(end + THOUGHT.length).trimStart();
    }
    const first = this.#pending.replace(/^[*_"'`\s]+/, '');
    if (first.startsWith(NOT_FOUND_WORD)) return false;
    const isOpen = [THINKING, NOT_FOUND_WORD].some((word) => word.startsWith(first));
    if (isOpen && !isLast) return false;
    this.#isBegun = true;
    return true;
  }

  #take(text: string): void {
    let from = 0;
    for (const mark of text.matchAll(MARK)) {
      this.#put(text.slice(from, mark.index));
      this.#cite(mark[1] ?? '', (mark[2] ?? '').split(/[,;]/).map(Number));
      from = mark.index + mark[0].length;
    }
    this.#put(text.slice(from));
  }

  #put(text: string): void {
    const body = text.replace(NOT_FOUND_ANYWHERE, '').trimEnd();
    if (body.trim() !== '') {
      this.#text += apart(this.#text === '' ? body.trimStart() : this.#gap + body, this.#text);
      this.#gap = text.slice(text.trimEnd().length);
      this.#spaceOfDropped = '';
    } else this.#gap += text;
  }

  #cite(gap: string, numbers: readonly number[]): void {
    const space = this.#gap + gap === '' ? this.#spaceOfDropped : ' ';
    this.#gap = '';
    const said = this.#lastSentence();
    let isFirst = true;
    for (const number of numbers) {
      const mark = this.#markOf(said, number);
      if (mark === null || this.#text.endsWith(mark)) continue;
      this.#text += `${isFirst ? space : ''}${mark}`;
      isFirst = false;
    }
    this.#spaceOfDropped = isFirst ? space : '';
  }

  #markOf(said: string, number: number): string | null {
    const passage = this.#passages[number - 1];
    const quote = passage === undefined ? null : findQuote(said, passage, number - 1)?.quote;
    return quote === null || quote === undefined ? null : `[${this.#numberOf(quote)}]`;
  }

  #numberOf(quote: Quote): number {
    const name = `${quote.passage} ${quote.paragraph} ${quote.text}`;
    const known = this.#numbers.get(name) ?? this.#quotes.push(quote);
    this.#numbers.set(name, known);
    return known;
  }

  #lastSentence(): string {
    const near = this.#text.slice(-LOOK_BACK).replace(/\s*\[\d{1,4}\]/g, '');
    return sentencesOf(near).at(-1) ?? '';
  }

  /** A small model may forget to cite: then what it says has to be found in a passage, or it is no answer. */
  #citeWhole(): void {
    const found = this.#passages
      .map((passage, index) => findQuote(this.#text, passage, index))
      .filter((support) => support !== null)
      .toSorted((a, b) => b.share - a.share)[0];
    if (found === undefined || found.share < LEAST_SHARE) return;
    this.#text += ` [${this.#numberOf(found.quote)}]`;
  }

  #isInPassages(address: string): boolean {
    return this.#passages.some(({ paragraphs }) => paragraphs.some(({ text }) => text.includes(address)));
  }
}

const THINKING = '<think>';
const THOUGHT = '</think>';
const NOT_FOUND_ANYWHERE = new RegExp(`\\b${NOT_FOUND_WORD}\\b`, 'g');
