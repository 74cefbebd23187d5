import { seeded } from '../../tests/support/random.ts';

export interface Part {
  readonly kind: 'heading' | 'paragraph';
  readonly text: string;
}

const SMALL = (
  'the of and to in is that for it with as on be by at this from or are an which have not was can ' +
  'will its has one all may each when must other than more into if their there out only any about after'
).split(' ');
const STARTS = 'b c d f g l m n p r s t v br cl dr fl gr pl st tr'.split(' ');
const MIDDLES = 'a e i o u ai ea ou'.split(' ');
const ENDS = 'l m n r s t nd rt st ck ng'.split(' ');

/**
 * Prose of invented words in the proportions of English: few small words make up half of it, and of the rest the
 * n-th counts 1/n. So an index of it has the shape of a real one.
 */
export class Prose {
  readonly #chance: () => number;
  readonly #words: readonly string[];

  constructor(seed: number) {
    this.#chance = seeded(seed);
    // The same vocabulary in every file, as in the files of one organisation.
    const chance = seeded(1);
    const pick = (from: readonly string[]): string => from[Math.floor(chance() * from.length)] as string;
    const syllable = (): string => pick(STARTS) + pick(MIDDLES);
    this.#words = Array.from(
      { length: 12_000 },
      (_, i) => Array.from({ length: 1 + (i % 3) }, syllable).join('') + pick(ENDS),
    );
  }

  /** A heading, then paragraphs, over and over, until there are so many characters. */
  parts(characters: number): Part[] {
    const parts: Part[] = [];
    let written = 0;
    while (written < characters) {
      const isHeading = parts.length % 7 === 0;
      const text = isHeading ? this.#heading() : this.#paragraph();
      parts.push({ kind: isHeading ? 'heading' : 'paragraph', text });
      written += text.length + 1;
    }
    return parts;
  }

  #heading(): string {
    const count = 2 + Math.floor(this.#chance() * 4);
    return capital(Array.from({ length: count }, () => this.#content()).join(' '));
  }

  #paragraph(): string {
    const count = 3 + Math.floor(this.#chance() * 4);
    return Array.from({ length: count }, () => this.#sentence()).join(' ');
  }

  #sentence(): string {
    const count = 7 + Math.floor(this.#chance() * 14);
    return `${capital(Array.from({ length: count }, () => this.#word()).join(' '))}.`;
  }

  #word(): string {
    const chance = this.#chance();
    if (chance < 0.45) return SMALL[Math.floor((chance / 0.45) ** 2 * SMALL.length)] as string;
    return chance > 0.985 ? String(Math.floor(this.#chance() * 5_000)) : this.#content();
  }

  #content(): string {
    return this.#words[Math.floor(this.#words.length ** this.#chance()) - 1] as string;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
