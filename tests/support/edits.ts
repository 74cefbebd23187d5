import { hash } from 'node:crypto';
import type { Chunk } from '#domain/document.ts';

export interface Section {
  readonly heading: string;
  readonly paragraphs: readonly string[];
}

/** A document of a made-up handbook. */
export interface EditedDocument {
  readonly name: string;
  /** Absent: those that it has. */
  readonly tags?: readonly string[];
  readonly sections: readonly Section[];
}

export type EditKind = 'word' | 'fact' | 'delete' | 'move' | 'rename' | 'revert';

/** What is done to the documents, in order: at most one goes and one comes. */
export interface Edit {
  readonly kind: EditKind;
  readonly remove: string | null;
  readonly put: EditedDocument | null;
}

const KINDS: readonly EditKind[] = ['word', 'word', 'word', 'fact', 'delete', 'move', 'rename', 'revert'];

const THINGS =
  'allowance limit deadline budget ratio capacity threshold surcharge discount quota interval margin'.split(
    ' ',
  );
const SUBJECTS =
  'travel laptop visitor parking canteen invoice warehouse forklift payroll holiday training badge server backup contract supplier medical uniform bicycle meeting printer courier night overtime pension refund freezer garden library shuttle'.split(
    ' ',
  );
const PLACES = 'Lisbon Oslo Quito Nairobi Perth Tampere Girona Hobart Leeds Osaka'.split(' ');
const UNITS = 'days euros hours percent litres metres pieces'.split(' ');
const FILLERS = [
  'The office manager keeps a record of it.',
  'Exceptions are written down and signed by two people.',
  'Ask the front desk when you are not sure.',
  'It was agreed with the works council in spring.',
  'Older rules do not apply any more.',
  'Every team reads this page once a year.',
];

type Random = () => number;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function factOf(random: Random, subject: string): string {
  const [thing, place] = [pick(random, THINGS), pick(random, PLACES)];
  const number = 2 + Math.floor(random() * 900);
  return `The ${subject} ${thing} in ${place} is ${number} ${pick(random, UNITS)}. ${pick(random, FILLERS)}`;
}

function sectionOf(random: Random, subject: string): Section {
  const place = pick(random, PLACES);
  return {
    heading: `${subject} rules for ${place}`,
    paragraphs: Array.from({ length: 1 + Math.floor(random() * 3) }, () => factOf(random, subject)),
  };
}

/** Documents that say much the same of different things, as handbooks do. */
export function makeDocuments(random: Random, count: number): EditedDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const subject = SUBJECTS[i % SUBJECTS.length] as string;
    const sections = Array.from({ length: 3 + Math.floor(random() * 6) }, () => sectionOf(random, subject));
    return { name: `handbook/${subject}-${i}.md`, sections };
  });
}

/** Different questions, most of which the documents answer. */
export function makeQuestions(random: Random, count: number): string[] {
  const questions = new Set<string>();
  for (let n = 0; questions.size < count; n += 1) {
    const [thing, subject, place] = [pick(random, THINGS), pick(random, SUBJECTS), pick(random, PLACES)];
    questions.add(
      [
        `How high is the ${subject} ${thing} for people in ${place}?`,
        `What is the ${thing} of the ${subject} in ${place}?`,
        `Which ${subject} ${thing} do we have in ${place}?`,
        `${place}: ${subject} ${thing}?`,
      ][n % 4] as string,
    );
  }
  return [...questions];
}

/** A history of edits: words changed, facts added, paragraphs deleted, sections moved, files renamed, edits taken back. */
export class History {
  readonly #random: Random;
  readonly #documents: Map<string, EditedDocument>;
  readonly #before: { readonly name: string; readonly was: EditedDocument }[] = [];
  #names = 0;

  constructor(random: Random, documents: readonly EditedDocument[]) {
    this.#random = random;
    this.#documents = new Map(documents.map((document) => [document.name, document]));
  }

  next(): Edit {
    const kind = pick(this.#random, KINDS);
    const document = pick(this.#random, [...this.#documents.values()]);
    if (kind === 'rename') return this.#rename(document);
    if (kind === 'revert') return this.#revert() ?? this.next();
    const sections = this.#edited(kind, document.sections);
    if (sections === null) return this.next();
    this.#before.push({ name: document.name, was: document });
    return this.#put(kind, { ...document, sections });
  }

  #put(kind: EditKind, put: EditedDocument): Edit {
    this.#documents.set(put.name, put);
    return { kind, remove: null, put };
  }

  #rename(document: EditedDocument): Edit {
    this.#names += 1;
    const put = { ...document, name: document.name.replace(/(-r\d+)?\.md$/, `-r${this.#names}.md`) };
    this.#documents.delete(document.name);
    this.#documents.set(put.name, put);
    return { kind: 'rename', remove: document.name, put };
  }

  #revert(): Edit | null {
    const last = this.#before.pop();
    return last === undefined || !this.#documents.has(last.name) ? null : this.#put('revert', last.was);
  }

  #edited(kind: EditKind, sections: readonly Section[]): readonly Section[] | null {
    const at = Math.floor(this.#random() * sections.length);
    const section = sections[at] as Section;
    const place = Math.floor(this.#random() * section.paragraphs.length);
    switch (kind) {
      case 'word': {
        const text = section.paragraphs[place] as string;
        const changed = text.replace(/\d+/, () => String(2 + Math.floor(this.#random() * 900)));
        return sections.with(at, { ...section, paragraphs: section.paragraphs.with(place, changed) });
      }
      case 'fact': {
        const fact = factOf(this.#random, section.heading.split(' ')[0] as string);
        return sections.with(at, { ...section, paragraphs: section.paragraphs.toSpliced(place, 0, fact) });
      }
      case 'delete': {
        const rest = section.paragraphs.toSpliced(place, 1);
        if (rest.length > 0) return sections.with(at, { ...section, paragraphs: rest });
        return sections.length > 1 ? sections.toSpliced(at, 1) : null;
      }
      case 'move':
      case 'rename':
      case 'revert': {
        const to = Math.floor(this.#random() * sections.length);
        return to === at ? null : sections.toSpliced(at, 1).toSpliced(to, 0, section);
      }
    }
  }
}

/** Chunks as a reader cuts them: they start anew at headings, and pack whole paragraphs. */
export function chunksOf({ sections }: EditedDocument): Chunk[] {
  return sections.flatMap(({ heading, paragraphs }) =>
    pairs(paragraphs).map((pair) => ({
      headings: [heading],
      page: null,
      paragraphs: pair.map((text) => ({ hash: hash('sha256', text).slice(0, 16), text })),
      tokens: Math.ceil(pair.join(' ').length / 4),
    })),
  );
}

function pairs(paragraphs: readonly string[]): string[][] {
  return paragraphs.reduce<string[][]>((all, text, i) => {
    if (i % 2 === 0) all.push([text]);
    else all.at(-1)?.push(text);
    return all;
  }, []);
}
