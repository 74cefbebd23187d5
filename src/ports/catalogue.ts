import type { Spending } from '#domain/catalogue.ts';
import type { SourceKeys, Work } from '#domain/work.ts';

/** A catalogue of books that can be asked: a public API, or a file. */
export interface Catalogue {
  /** Also the name under which its keys stand in `SourceKeys`. */
  readonly name: string;
  /** Why it cannot be asked, in words; null when it can. */
  readonly refusal: string | null;
  /** Until when it does not answer; 0 when it does. */
  closedUntil(): number;
  /**
   * An author's works, those with most editions first; null when it knows no such author.
   *
   * @throws Fault limited or unavailable, with the time after which trying again makes sense
   */
  worksOf(author: WantedAuthor, call: CatalogueCall): Promise<FoundAuthor | null>;
  /** Works of that title, the likeliest first. */
  findTitle(title: WantedTitle, call: CatalogueCall): Promise<readonly Work[]>;
  /** The works that these ISBNs are editions of, as far as they are known. */
  findIsbns(isbns: readonly string[], call: CatalogueCall): Promise<ReadonlyMap<string, Work>>;
  /** Authors of works on a subject; null when it has no subjects. */
  authorsOn:
    | ((subject: string, limit: number, call: CatalogueCall) => Promise<readonly NamedAuthor[]>)
    | null;
  /** What else is known of an author; null when nothing is. */
  describeAuthor: ((key: string, call: CatalogueCall) => Promise<AuthorDetails | null>) | null;
}

export interface CatalogueCall {
  readonly projectId: number;
  readonly signal: AbortSignal;
  /** Somebody waits for it. */
  readonly isUrgent: boolean;
  /** Counts what was asked and what was spared. */
  readonly spending: Spending;
}

export interface WantedAuthor {
  readonly name: string;
  readonly keys: SourceKeys;
  /** Works that tell authors of one name apart. */
  readonly titles: readonly string[];
  readonly isbns: readonly string[];
  readonly mostWorks: number;
}

export interface WantedTitle {
  readonly title: string;
  readonly author: string | null;
}

export interface NamedAuthor {
  readonly name: string;
  readonly keys: SourceKeys;
}

export interface FoundAuthor extends NamedAuthor {
  readonly works: readonly Work[];
  /** How many works it has in all; null when it does not say. */
  readonly total: number | null;
}

export interface AuthorDetails {
  readonly name: string;
  readonly alternateNames: readonly string[];
  readonly born: string | null;
  readonly died: string | null;
  readonly bio: string | null;
  readonly photoUrl: string | null;
  /** What others call the person: `{"goodreads": "1221698"}`. */
  readonly remoteKeys: SourceKeys;
}
