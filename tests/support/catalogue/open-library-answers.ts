import type { World, WorldWork } from './world.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly location?: string;
}

const indexes = new WeakMap<World, Index>();

interface Index {
  readonly byName: ReadonlyMap<string, number>;
  readonly byKey: ReadonlyMap<string, number>;
  readonly worksOf: ReadonlyMap<number, readonly WorldWork[]>;
  readonly byIsbn: ReadonlyMap<string, WorldWork>;
}

/** What Open Library says to a call: search, authors, merged authors and redirected addresses. */
export function bookOf(world: World, url: URL): Answer {
  if (url.pathname === '/search.json') return search(world, url);
  const author = /^\/authors\/(OL\d+A)\.json$/.exec(url.pathname)?.[1];
  if (author !== undefined) return describe(world, author);
  const isbn = /^\/isbn\/(\d+)\.json$/.exec(url.pathname)?.[1];
  if (isbn !== undefined) return editionOf(world, isbn);
  return { status: 404, body: '{"error":"notfound"}' };
}

function search(world: World, url: URL): Answer {
  const query = url.searchParams.get('q') ?? '';
  const limit = Number(url.searchParams.get('limit') ?? '100');
  if (url.searchParams.get('fields') === null) return { status: 422, body: '{"error":"name the fields"}' };
  const works = matching(world, query).toSorted((a, b) => b.editions - a.editions);
  const docs = works.slice(0, limit).map((work) => docOf(world, work));
  return {
    status: 200,
    body: JSON.stringify({ start: 0, numFound: works.length, num_found: works.length, docs }),
  };
}

function matching(world: World, query: string): readonly WorldWork[] {
  for (const [pattern, find] of QUERIES) {
    const found = pattern.exec(query)?.[1];
    if (found !== undefined) return find(world, indexOf(world), found);
  }
  return [];
}

type Find = (world: World, index: Index, wanted: string) => readonly WorldWork[];

const QUERIES: readonly (readonly [RegExp, Find])[] = [
  [/author_key:(OL\d+A)/, (_, { byKey, worksOf }, key) => worksOf.get(byKey.get(key) ?? -1) ?? []],
  [
    /isbn:\(([^)]*)\)/,
    (_, { byIsbn }, isbns) => [...new Set(isbns.split(' OR ').flatMap((isbn) => byIsbn.get(isbn) ?? []))],
  ],
  [
    /title:"([^"]*)"/,
    ({ works }, _, title) => works.filter((work) => plain(work.title).includes(plain(title))),
  ],
  [/key:"\/works\/(OL\d+W)"/, ({ works }, _, key) => works.filter((work) => work.key === key)],
  [/author:"([^"]*)"/, (_, { byName, worksOf }, name) => worksOf.get(byName.get(plain(name)) ?? -1) ?? []],
];

/** The search does not name all ISBNs of a work. */
function namedOf({ isbns }: WorldWork): readonly string[] {
  return isbns.length > 2 ? isbns.slice(0, -1) : isbns;
}

/** The edition of an ISBN names its work. */
function editionOf({ works }: World, isbn: string): Answer {
  const work = works.find(({ isbns }) => isbns.includes(isbn));
  if (work === undefined) return { status: 404, body: '{"error":"notfound"}' };
  const edition = {
    type: { key: '/type/edition' },
    title: work.title,
    works: [{ key: `/works/${work.key}` }],
  };
  return { status: 200, body: JSON.stringify(edition) };
}

function docOf(world: World, work: WorldWork): object {
  const authors = work.authors.map((i) => world.authors[i] as World['authors'][number]);
  return {
    key: `/works/${work.key}`,
    title: work.title,
    author_name: authors.map((author) => author.name),
    author_key: authors.map((author) => author.key),
    edition_count: work.editions,
    isbn: namedOf(work),
    // What real rows lack now and then.
    ...(work.year === null
      ? {}
      : { first_publish_year: work.year, cover_i: work.editions * 7, language: ['eng'] }),
    ...(work.contributors.length === 0 ? {} : { contributor: work.contributors }),
  };
}

/** Every fifth author was merged into a new key, every seventh address moved. */
function describe(world: World, key: string): Answer {
  const number = Number(key.slice(2, -1));
  const merged = /^OL9(\d+)A$/.exec(key)?.[1];
  const at = indexOf(world).byKey.get(merged === undefined ? key : `OL${merged}A`);
  const author = world.authors[at ?? -1];
  if (author === undefined) return { status: 404, body: '{"error":"notfound"}' };
  if (merged === undefined && number % 7 === 0)
    return { status: 302, body: '', location: `/authors/OL9${number}A.json` };
  if (merged === undefined && number % 5 === 0)
    return {
      status: 200,
      body: JSON.stringify({ type: { key: '/type/redirect' }, location: `/authors/OL9${number}A` }),
    };
  const bio =
    number % 2 === 0 ? `About ${author.name}` : { type: '/type/text', value: `About ${author.name}` };
  return {
    status: 200,
    body: JSON.stringify({
      type: { key: '/type/author' },
      name: author.name,
      bio,
      photos: [-1],
      remote_ids: { goodreads: String(number) },
    }),
  };
}

function indexOf(world: World): Index {
  let index = indexes.get(world);
  if (index === undefined) {
    const worksOf = new Map<number, WorldWork[]>();
    const byIsbn = new Map<string, WorldWork>();
    for (const work of world.works) {
      for (const author of work.authors) worksOf.set(author, [...(worksOf.get(author) ?? []), work]);
      for (const isbn of namedOf(work)) byIsbn.set(isbn, work);
    }
    index = {
      byName: new Map(world.authors.map((author, i) => [plain(author.name), i])),
      byKey: new Map(world.authors.map((author, i) => [author.key, i])),
      worksOf,
      byIsbn,
    };
    indexes.set(world, index);
  }
  return index;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
