import { authorKey } from '#domain/author-name.ts';
import { readIsbn } from '#domain/isbn.ts';
import { titleKey } from '#domain/title.ts';
import type { Work } from '#domain/work.ts';
import type {
  AuthorDetails,
  Catalogue,
  CatalogueCall,
  FoundAuthor,
  NamedAuthor,
  WantedAuthor,
  WantedTitle,
} from '#ports/catalogue.ts';
import type { Upstream } from '#ports/upstream.ts';
import { IsbnBatches } from './isbn-batches.ts';
import { chooseAuthor } from './choose-author.ts';
import { describeAuthor } from './author-details.ts';
import { findWorkOfIsbn } from './find-edition.ts';
import { docsOf, toWork } from './read-docs.ts';
import type { Doc } from './read-docs.ts';

/** Fields are always named: without that an answer is ten times as long. */
const FIELDS =
  'key,title,subtitle,author_name,author_key,first_publish_year,edition_count,cover_i,isbn,language,subject,contributor';

/** ISBNs that are looked up one by one when the search names none of them: two calls each, and three when it moved. */
const MOST_BY_EDITION = 5;

export interface OpenLibrarySettings {
  /** Who may be written to about our calls; null: nobody said, so there are none. */
  readonly contact: string | null;
}

/**
 * Open Library, by its search: one call brings an author's works with ISBNs, covers and co-authors, where walking from
 * the author to the works to the editions would take hundreds.
 *
 * @see https://openlibrary.org/dev/docs/api/search
 */
export class OpenLibrary implements Catalogue {
  readonly name = 'openlibrary';
  readonly refusal: string | null;
  readonly #upstream: Upstream;
  readonly #isbns: IsbnBatches;

  constructor(upstream: Upstream, { contact }: OpenLibrarySettings) {
    this.#upstream = upstream;
    this.#isbns = new IsbnBatches((isbns, call) => this.#searchIsbns(isbns, call));
    this.refusal =
      contact === null
        ? 'Open Library wants to know whom to write to: set PREHEAT_CATALOGUE_CONTACT to an e-mail address'
        : null;
  }

  closedUntil(): number {
    return this.#upstream.closedUntil();
  }

  async worksOf(author: WantedAuthor, call: CatalogueCall): Promise<FoundAuthor | null> {
    const key = author.keys[this.name];
    const query = key === undefined ? `author:${quoted(author.name)}` : `author_key:${key}`;
    const { docs, found } = await this.#search({ q: query, sort: 'editions', limit: author.mostWorks }, call);
    const chosen = key ?? chooseAuthor(docs, author);
    if (chosen === null) return null;
    const own = docs.filter((doc) => doc.authorKeys.includes(chosen));
    if (own.length === 0) return null;
    return {
      name: nameOf(own, chosen) ?? author.name,
      keys: { [this.name]: chosen },
      works: own.map(toWork),
      // With homonyms among the answers the number is not this author's.
      total: own.length === docs.length ? found : null,
    };
  }

  async findTitle({ title, author }: WantedTitle, call: CatalogueCall): Promise<readonly Work[]> {
    const query = [`title:${quoted(title)}`, ...(author === null ? [] : [`author:${quoted(author)}`])];
    const { docs } = await this.#search({ q: query.join(' AND '), sort: 'editions', limit: 20 }, call);
    const wanted = titleKey(title);
    const works = docs.map(toWork);
    return works.toSorted(
      (a, b) => Number(titleKey(b.title) === wanted) - Number(titleKey(a.title) === wanted),
    );
  }

  async findIsbns(isbns: readonly string[], call: CatalogueCall): Promise<ReadonlyMap<string, Work>> {
    const found = new Map(await this.#isbns.find(isbns, call));
    const missing = isbns.filter((isbn) => !found.has(isbn)).slice(0, MOST_BY_EDITION);
    for (const isbn of missing) {
      const work = await this.#findByEdition(isbn, call);
      if (work !== null) found.set(isbn, work);
    }
    return found;
  }

  async authorsOn(subject: string, limit: number, call: CatalogueCall): Promise<readonly NamedAuthor[]> {
    const { docs } = await this.#search(
      { q: `subject:${quoted(subject)}`, sort: 'editions', limit: 20 },
      call,
    );
    const named = new Map<string, NamedAuthor>();
    for (const { authors } of docs.map(toWork)) {
      const [first] = authors;
      if (first !== undefined && !named.has(authorKey(first.name))) named.set(authorKey(first.name), first);
    }
    return [...named.values()].slice(0, limit);
  }

  async describeAuthor(key: string, call: CatalogueCall): Promise<AuthorDetails | null> {
    return describeAuthor(this.#upstream, key, call);
  }

  async #search(
    { q, sort, limit }: { readonly q: string; readonly sort: string; readonly limit: number },
    call: CatalogueCall,
  ): Promise<{ docs: readonly Doc[]; found: number | null }> {
    const query = new URLSearchParams({ q, fields: FIELDS, limit: String(limit), sort });
    const { value } = await this.#upstream.get(`/search.json?${query.toString()}`, call);
    return docsOf(value);
  }

  async #findByEdition(isbn: string, call: CatalogueCall): Promise<Work | null> {
    const key = await findWorkOfIsbn(this.#upstream, isbn, call);
    if (key === null) return null;
    const { docs } = await this.#search({ q: `key:"/works/${key}"`, sort: 'editions', limit: 1 }, call);
    return docs[0] === undefined ? null : toWork(docs[0]);
  }

  /** One search for up to 25 ISBNs, as its keepers ask for. */
  async #searchIsbns(isbns: readonly string[], call: CatalogueCall): Promise<ReadonlyMap<string, Work>> {
    const q = `isbn:(${isbns.join(' OR ')})`;
    const { docs } = await this.#search({ q, sort: 'editions', limit: isbns.length * 2 }, call);
    const found = new Map<string, Work>();
    for (const doc of docs) {
      const work = toWork(doc);
      const all = new Set(doc.isbns.map(readIsbn));
      for (const isbn of isbns) if (all.has(isbn) && !found.has(isbn)) found.set(isbn, work);
    }
    return found;
  }
}

/** A phrase of the search's language; its marks are taken out rather than escaped. */
function quoted(text: string): string {
  return `"${text
    .replace(/[\\"+\-!(){}[\]^~*?:/&|]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)}"`;
}

function nameOf(docs: readonly Doc[], key: string): string | null {
  for (const { authorKeys, authorNames } of docs) {
    const name = authorNames[authorKeys.indexOf(key)];
    if (name !== undefined) return name;
  }
  return null;
}
