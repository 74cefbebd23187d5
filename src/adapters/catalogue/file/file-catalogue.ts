import type { DatabaseSync } from 'node:sqlite';
import { authorKey } from '#domain/author-name.ts';
import { mainTitle, titleKey } from '#domain/title.ts';
import type { Work } from '#domain/work.ts';
import type {
  Catalogue,
  CatalogueCall,
  FoundAuthor,
  NamedAuthor,
  WantedAuthor,
  WantedTitle,
} from '#ports/catalogue.ts';
import type { Clock, Log } from '#ports/log.ts';
import { buildIndex, openIndex } from './build-index.ts';

export interface FileSettings {
  /** A list of works (JSONL) or an Open Library dump, plain or `.gz`. */
  readonly path: string;
  /** Where the index is kept: it can be made again at any time. */
  readonly indexPath: string;
}

/** While the file is read, callers are sent away for so long. */
const READING_MS = 2_000;

/** A catalogue in a file: no network, no limits. It is indexed once, and again when it changes. */
export class FileCatalogue implements Catalogue {
  readonly name = 'file';
  readonly describeAuthor = null;
  readonly #db: DatabaseSync;
  readonly #reads: ReturnType<typeof prepareReads>;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #built: Promise<void>;
  #isReading = true;
  #trouble: string | null = null;

  constructor(settings: FileSettings, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#db = openIndex(settings.indexPath);
    this.#reads = prepareReads(this.#db);
    this.#built = buildIndex(this.#db, settings.path, this.#stop.signal)
      .then((lines) => lines > 0 && log('info', 'catalogue_indexed', { lines }))
      .catch((error: unknown) => {
        if (this.#stop.signal.aborted) return;
        this.#trouble = `the file of PREHEAT_CATALOGUE_FILE cannot be read: ${String(error)}`;
        log('error', 'catalogue_file_unreadable', { why: String(error) });
      })
      .then(() => {
        this.#isReading = false;
      });
  }

  get refusal(): string | null {
    return this.#trouble;
  }

  closedUntil(): number {
    return this.#isReading ? this.#clock() + READING_MS : 0;
  }

  /** Resolves when the file is indexed. */
  ready(): Promise<void> {
    return this.#built;
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('closing'));
    await this.#built;
    this.#db.close();
  }

  async worksOf({ name, keys, mostWorks }: WantedAuthor, call: CatalogueCall): Promise<FoundAuthor | null> {
    call.spending.calls += 1;
    const given = keys[this.name];
    const author = (given === undefined ? null : this.#reads.authorByKey.get(given)) ?? this.#mostRead(name);
    if (author === undefined || author === null) return null;
    const key = author['key'] as string;
    const works = this.#works(this.#reads.worksOf.all(key, mostWorks));
    return { name: author['name'] as string, keys: { [this.name]: key }, works, total: null };
  }

  async findTitle({ title, author }: WantedTitle, call: CatalogueCall): Promise<readonly Work[]> {
    call.spending.calls += 1;
    const keys = new Set([titleKey(title), titleKey(mainTitle(title))]);
    const rows = [...keys].flatMap((key) => this.#reads.byTitle.all(key, 20));
    const works = this.#works(rows);
    if (author === null) return works;
    const wanted = authorKey(author);
    return works.filter((work) => work.authors.some(({ name }) => authorKey(name) === wanted));
  }

  async findIsbns(isbns: readonly string[], call: CatalogueCall): Promise<ReadonlyMap<string, Work>> {
    call.spending.calls += 1;
    return new Map(
      isbns.flatMap((isbn) => {
        const [work] = this.#works(this.#reads.byIsbn.all(isbn));
        return work === undefined ? [] : [[isbn, work] as const];
      }),
    );
  }

  async authorsOn(subject: string, limit: number, call: CatalogueCall): Promise<readonly NamedAuthor[]> {
    call.spending.calls += 1;
    const rows = this.#reads.onSubject.all(subject.toLowerCase(), limit * 3);
    const named = this.#works(rows).flatMap((work) => work.authors.slice(0, 1));
    return [...new Map(named.map((author) => [authorKey(author.name), author])).values()].slice(0, limit);
  }

  /** Of authors of one name, the one with most works. */
  #mostRead(name: string): Record<string, unknown> | undefined {
    return this.#reads.authorByName.get(authorKey(name));
  }

  #works(rows: readonly Record<string, unknown>[]): Work[] {
    return rows.map((row) => {
      const key = row['key'] as string;
      return {
        title: row['title'] as string,
        subtitle: row['subtitle'] as string | null,
        authors: this.#reads.authorsOf.all(key).map((author) => ({
          name: author['name'] as string,
          keys: { [this.name]: author['key'] as string },
        })),
        firstPublished: row['year'] as number | null,
        editions: Math.max(1, row['editions'] as number),
        isbns: this.#reads.isbnsOf.all(key).map((isbn) => isbn['isbn'] as string),
        coverUrl: row['cover'] as string | null,
        language: row['language'] as string | null,
        subjects: JSON.parse(row['subjects'] as string) as string[],
        keys: { [this.name]: key },
      };
    });
  }
}

function prepareReads(db: DatabaseSync) {
  return {
    authorByKey: db.prepare('select key, name from authors where key = ?'),
    authorByName: db.prepare(
      `select key, name from authors a where name_key = ?
        order by (select count(*) from work_authors w where w.author_key = a.key) desc limit 1`,
    ),
    worksOf: db.prepare(
      `select w.* from work_authors a join works w on w.key = a.work_key
        where a.author_key = ? order by w.editions desc, w.key limit ?`,
    ),
    byTitle: db.prepare('select * from works where title_key = ? order by editions desc limit ?'),
    byIsbn: db.prepare('select w.* from isbns i join works w on w.key = i.work_key where i.isbn = ?'),
    authorsOf: db.prepare(
      `select a.key, a.name from work_authors w join authors a on a.key = w.author_key
        where w.work_key = ? order by w.position`,
    ),
    isbnsOf: db.prepare('select isbn from isbns where work_key = ? limit 60'),
    onSubject: db.prepare(
      `select w.* from subjects s join works w on w.key = s.work_key where s.subject = ? order by w.editions desc limit ?`,
    ),
  };
}
