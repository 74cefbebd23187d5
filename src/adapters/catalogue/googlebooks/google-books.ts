import { authorKey, mayBeSame } from '#domain/author-name.ts';
import { titleKey } from '#domain/title.ts';
import { mergeWorks } from '#domain/work.ts';
import type { Work } from '#domain/work.ts';
import type { Catalogue, CatalogueCall, FoundAuthor, WantedAuthor, WantedTitle } from '#ports/catalogue.ts';
import type { Upstream } from '#ports/upstream.ts';
import { volumesOf } from './read-volumes.ts';

const PAGE = 40;
/** Volumes are editions, and the search brings the likeliest first: further pages bring little. */
const MOST_PAGES = 3;

/**
 * Google Books, by its volumes. Its numbers of results change from page to page, so an empty page is the end, and nothing
 * else is.
 *
 * @see https://developers.google.com/books/docs/v1/using#WorkingVolumes
 */
export class GoogleBooks implements Catalogue {
  readonly name = 'googlebooks';
  readonly refusal = null;
  readonly authorsOn = null;
  readonly describeAuthor = null;
  readonly #upstream: Upstream;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  closedUntil(): number {
    return this.#upstream.closedUntil();
  }

  async worksOf(author: WantedAuthor, call: CatalogueCall): Promise<FoundAuthor | null> {
    const wanted = authorKey(author.name);
    const own: Work[] = [];
    const pages = Math.min(MOST_PAGES, Math.ceil(author.mostWorks / PAGE));
    for (let page = 0; page < pages; page += 1) {
      const volumes = await this.#search(`inauthor:${quoted(author.name)}`, page * PAGE, call);
      own.push(
        ...volumes.filter((work) => work.authors.some(({ name }) => mayBeSame(authorKey(name), wanted))),
      );
      if (volumes.length === 0) break;
    }
    const works = mergeWorks(own).slice(0, author.mostWorks);
    return works.length === 0 ? null : { name: author.name, keys: {}, works, total: null };
  }

  async findTitle({ title, author }: WantedTitle, call: CatalogueCall): Promise<readonly Work[]> {
    const query = [`intitle:${quoted(title)}`, ...(author === null ? [] : [`inauthor:${quoted(author)}`])];
    const works = mergeWorks(await this.#search(query.join('+'), 0, call));
    const wanted = titleKey(title);
    return works.toSorted(
      (a, b) => Number(titleKey(b.title) === wanted) - Number(titleKey(a.title) === wanted),
    );
  }

  /** One call each: its search takes no lists. */
  async findIsbns(isbns: readonly string[], call: CatalogueCall): Promise<ReadonlyMap<string, Work>> {
    const found = new Map<string, Work>();
    for (const isbn of isbns) {
      const work = (await this.#search(`isbn:${isbn}`, 0, call)).find((each) => each.isbns.includes(isbn));
      if (work !== undefined) found.set(isbn, work);
    }
    return found;
  }

  async #search(q: string, startIndex: number, call: CatalogueCall): Promise<readonly Work[]> {
    const query = new URLSearchParams({
      q,
      startIndex: String(startIndex),
      maxResults: String(PAGE),
      printType: 'books',
      fields:
        'items(id,volumeInfo(title,subtitle,authors,publishedDate,industryIdentifiers,categories,language,imageLinks/thumbnail))',
    });
    const { value } = await this.#upstream.get(`/books/v1/volumes?${query.toString()}`, call);
    return volumesOf(value);
  }
}

function quoted(text: string): string {
  return `"${text
    .replace(/["\\+]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)}"`;
}

const DRAINED = /rateLimitExceeded|quotaExceeded|dailyLimit|keyInvalid|API_KEY|RESOURCE_EXHAUSTED|quota/i;

/** A used-up quota is told as 400 or 403 too, with a reason inside. */
export function isDrained({ status, value }: { readonly status: number; readonly value: unknown }): boolean {
  return (status === 400 || status === 403) && DRAINED.test(JSON.stringify(value ?? ''));
}
