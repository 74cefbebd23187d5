import { seeded } from '../random.ts';

/** An invented world of books, and what is known of it: who wrote what with whom. */
export interface World {
  readonly authors: readonly WorldAuthor[];
  readonly works: readonly WorldWork[];
  /** Indexes of the authors that a list of books names. */
  readonly listed: readonly number[];
}

export interface WorldAuthor {
  readonly key: string;
  readonly name: string;
}

export interface WorldWork {
  readonly key: string;
  readonly title: string;
  /** Indexes of authors. */
  readonly authors: readonly number[];
  /** Printed in the book, with what they did. */
  readonly contributors: readonly string[];
  readonly isbns: readonly string[];
  readonly editions: number;
  readonly year: number | null;
}

export interface WorldSize {
  readonly listed: number;
  /** Authors that are reached by the first level of discovery, by the second, and so on. */
  readonly levels: readonly number[];
  readonly worksEach: number;
}

export const FULL_SIZE: WorldSize = { listed: 300, levels: [60, 25, 10], worksEach: 12 };

/** Makes a world; the same seed makes the same. */
export function makeWorld(seed: number, size: WorldSize): World {
  const random = seeded(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const total = size.listed + size.levels.reduce((sum, count) => sum + count, 0);
  const authors = Array.from({ length: total }, (_, i) => ({ key: `OL${i + 1}A`, name: nameOf(i) }));
  const builder = new WorkBuilder(random);
  for (let i = 0; i < total; i += 1) {
    for (let k = 0; k < size.worksEach; k += 1)
      builder.add([i], `${TITLES[k % TITLES.length]} of ${authors[i]?.name}`);
  }
  // Each author of a level wrote one book with one of the level above; some of the list wrote with one another.
  let above = 0;
  let from = size.listed;
  for (const count of size.levels) {
    for (let i = from; i < from + count; i += 1)
      builder.add([above + pick(from - above), i], `Letters, volume ${i}`);
    above = from;
    from += count;
  }
  for (let i = 0; i + 1 < size.listed; i += 7) builder.add([i, i + 1], `A dialogue ${i}`);
  addNoise(builder, authors, { ...size, pick });
  return {
    authors: builder.withOthers(authors),
    works: builder.works,
    listed: authors.slice(0, size.listed).map((_, i) => i),
  };
}

/** What catalogues are full of, and what leads nowhere. */
function addNoise(
  builder: WorkBuilder,
  authors: readonly WorldAuthor[],
  { listed, pick }: WorldSize & { pick: (count: number) => number },
): void {
  for (let i = 0; i < listed; i += 10) {
    const name = authors[i]?.name as string;
    const anthologists = Array.from({ length: 25 }, (_, k) =>
      builder.other(`Anthologist${letters(i * 25 + k)} Of ${letters(i)}`),
    );
    builder.add([i, ...anthologists], `The big anthology ${i}`);
    builder.add([i, builder.other(`Guide${letters(i)} Writer`)], `SparkNotes study guide to ${name}`);
    builder.add([i, builder.other(`Boxer${letters(i)} Maker`)], `${name} boxed set`);
    const translator = builder.other(`Trans${letters(i)} Lator`);
    builder.add([i, translator], `Translated tales ${i}`, [
      `${builder.others[translator - BASE]?.name} (Translator)`,
    ]);
    // The same book once more, under another key and in other capitals.
    builder.add([pick(1) + i], `DOUBLE TALES OF ${name.toUpperCase()}`);
    builder.add([i], `Double tales of ${name}`);
  }
}

/** Authors beside the world's own have indexes from here. */
const BASE = 1_000_000;

class WorkBuilder {
  readonly works: WorldWork[] = [];
  readonly others: WorldAuthor[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  add(authors: readonly number[], title: string, contributors: readonly string[] = []): void {
    const n = this.works.length + 1;
    const isbns = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, (_, k) => isbnOf(n * 4 + k));
    const editions = 1 + Math.floor(this.#random() * 80);
    const year = this.#random() < 0.1 ? null : 1850 + Math.floor(this.#random() * 170);
    this.works.push({ key: `OL${n}W`, title, authors, contributors, isbns, editions, year });
  }

  other(name: string): number {
    this.others.push({ key: `OL${BASE + this.others.length}A`, name });
    return BASE + this.others.length - 1;
  }

  /** Moves the others behind the authors, and the indexes with them. */
  withOthers(authors: readonly WorldAuthor[]): WorldAuthor[] {
    this.works.forEach((work, at) => {
      const moved = work.authors.map((i) => (i >= BASE ? i - BASE + authors.length : i));
      this.works[at] = { ...work, authors: moved };
    });
    return [...authors, ...this.others];
  }
}

/** Authors that a run from the list to this depth must fetch: each once. */
export function reachable(world: World, maxDepth: number): Set<number> {
  const reached = new Set(world.listed);
  let edge = [...world.listed];
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const next = edge.flatMap((author) => ledToBy(world, author)).filter((author) => !reached.has(author));
    for (const author of next) reached.add(author);
    edge = [...new Set(next)];
  }
  return reached;
}

function ledToBy(world: World, author: number): number[] {
  return world.works
    .filter(
      ({ authors, title, contributors }) =>
        authors.includes(author) &&
        authors.length <= 4 &&
        contributors.length === 0 &&
        !/SparkNotes|boxed set/.test(title),
    )
    .flatMap((work) => work.authors)
    .filter((other) => other !== author);
}

/** A list of books as Goodreads exports it. Every author of the list is in it, most of them more than once. */
export function goodreadsCsv(world: World, books: number, seed: number): string {
  const random = seeded(seed);
  const rows = Array.from({ length: books }, (_, i) => {
    const author = world.listed[
      i < world.listed.length ? i : Math.floor(random() * world.listed.length)
    ] as number;
    const own = world.works.filter((work) => work.authors[0] === author);
    const work = own[Math.floor(random() * own.length)] as WorldWork;
    const name = world.authors[author]?.name as string;
    const isbn = random() < 0.3 ? '' : (work.isbns[0] as string);
    return [
      String(i + 1),
      work.title,
      name,
      name,
      '',
      isbn === '' ? '=""' : '=""',
      `="${isbn}"`,
      String(Math.floor(random() * 6)),
      '3.9',
      'Press',
      'Paperback',
      '200',
      '2001',
      '2001',
      '2024/01/02',
      '2024/01/01',
      'read',
      'read (#1)',
      'read',
      `A review nobody must keep ${SECRET}`,
      '',
      `Private ${SECRET}`,
      String(1 + Math.floor(random() * 3)),
      '0',
    ]
      .map(quote)
      .join(',');
  });
  return `${GOODREADS.join(',')}\n${rows.join('\n')}\n`;
}

/** Stands in every review and private note of the lists. */
export const SECRET = 'zq-private-zq';

const GOODREADS = [
  'Book Id',
  'Title',
  'Author',
  'Author l-f',
  'Additional Authors',
  'ISBN',
  'ISBN13',
  'My Rating',
  'Average Rating',
  'Publisher',
  'Binding',
  'Number of Pages',
  'Year Published',
  'Original Publication Year',
  'Date Read',
  'Date Added',
  'Bookshelves',
  'Bookshelves with positions',
  'Exclusive Shelf',
  'My Review',
  'Spoiler',
  'Private Notes',
  'Read Count',
  'Owned Copies',
];

const TITLES = [
  'The garden',
  'A winter',
  'Stories',
  'The river',
  'Songs',
  'The last day',
  'Roads',
  'The clock',
  'Islands',
  'A map',
  'Nights',
  'The tower',
  'Bread',
  'The long hall',
  'Ashes',
];

const GIVEN = [
  'Amara',
  'Bennet',
  'Clarisse',
  'Dmitri',
  'Eleonora',
  'Farouk',
  'Greta',
  'Hiroshi',
  'Ingrid',
  'Joaquin',
];

function nameOf(index: number): string {
  return `${GIVEN[index % GIVEN.length]} V${letters(index)}lund`;
}

/** Syllables, so that no two names sound alike. */
const SYLLABLES = ['ba', 'da', 'fa', 'ga', 'ka', 'la', 'ma', 'na', 'pa', 'ra', 'sa', 'ta', 'va'];

function letters(index: number): string {
  let text = '';
  for (let rest = index + 13; rest > 0; rest = Math.floor(rest / 13))
    text = (SYLLABLES[rest % 13] as string) + text;
  return text;
}

function isbnOf(n: number): string {
  const body = `978${String(100_000_000 + n)}`;
  let sum = 0;
  for (let i = 0; i < 12; i += 1) sum += Number(body[i]) * (i % 2 === 0 ? 1 : 3);
  return body + String((10 - (sum % 10)) % 10);
}

function quote(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
