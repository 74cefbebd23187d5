import { authorKey } from '#domain/author-name.ts';
import type { NewRecord } from '#domain/catalogue.ts';
import { isWorkTitle, mainTitle, titleKey } from '#domain/title.ts';
import { mergeWorks } from '#domain/work.ts';
import type { Work } from '#domain/work.ts';
import type { AuthorDetails, Catalogue, CatalogueCall, FoundAuthor } from '#ports/catalogue.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { askCatalogues } from './ask-catalogues.ts';
import type { Told } from './ask-catalogues.ts';
import { authorRecord, recordsOfWorks, unknownRecord } from './records-of.ts';
import type { Fetched, RecordTtls } from './records-of.ts';
import type { Wanted } from './wanted.ts';

export interface FetchDeps {
  readonly store: Pick<Store, 'records' | 'figures'>;
  /** In the order in which they are asked. */
  readonly catalogues: readonly Catalogue[];
  readonly clock: Clock;
  readonly ttls: RecordTtls;
}

const MOST_WORKS = 100;

/** Asks the sources for what a look-up wants, and keeps what they say; also that none of them knows. */
export async function fetchRecords(deps: FetchDeps, wanted: Wanted, signal: AbortSignal): Promise<void> {
  const { store, clock } = deps;
  const spending = { calls: 0, saved: 0 };
  const call = { projectId: wanted.projectId, signal, isUrgent: true, spending };
  try {
    await store.records.put(await FETCHES[wanted.kind](deps, wanted, call));
  } finally {
    if (spending.calls > 0)
      await store.figures.add(wanted.projectId, 0, { read_calls: spending.calls }, clock());
  }
}

type Fetch = (deps: FetchDeps, wanted: Wanted, call: CatalogueCall) => Promise<NewRecord[]>;

const FETCHES: Readonly<Record<Wanted['kind'], Fetch>> = {
  async isbn(deps, wanted, call) {
    const told = await askCatalogues(deps.catalogues, deps.clock, async (catalogue) => {
      return (await catalogue.findIsbns([wanted.key], call)).get(wanted.key) ?? null;
    });
    if (told === null) return [unknown(deps, wanted)];
    const work = told.value;
    // The one that was asked for may stand beyond those that a work keeps.
    const isbns = [wanted.key, ...work.isbns.filter((isbn) => isbn !== wanted.key)];
    return recordsOfWorks([{ ...work, isbns }], fetchedBy(deps, wanted, told));
  },

  async title(deps, wanted, call) {
    const { name: title, author } = wanted;
    const told = await askCatalogues(deps.catalogues, deps.clock, async (catalogue) => {
      const works = await catalogue.findTitle({ title, author }, call);
      const same = works.filter((work) => isTitled(work, wanted.key));
      return same.length === 0 ? null : same;
    });
    if (told === null) return [unknown(deps, wanted)];
    return recordsOfWorks(mergeWorks(told.value), fetchedBy(deps, wanted, told));
  },

  async author(deps, wanted, call) {
    const want = { name: wanted.name, keys: {}, titles: [], isbns: [], mostWorks: MOST_WORKS };
    const told = await askCatalogues(deps.catalogues, deps.clock, (catalogue) =>
      catalogue.worksOf(want, call),
    );
    if (told === null) return [unknown(deps, wanted)];
    const works = mergeWorks(told.value.works.filter((work) => isWorkTitle(work.title)));
    const fetched = fetchedBy(deps, wanted, told);
    const record = authorRecord(told.value, works, await detailsOf(deps, told, call), fetched);
    // Asked for under another name than the source's: it is found under both.
    const alias = authorKey(told.value.name) === wanted.key ? [] : [{ ...record, key: wanted.key }];
    return [record, ...alias, ...recordsOfWorks(works, fetched)];
  },
};

/** What else is known of an author; the works are worth having without it. */
async function detailsOf(
  deps: FetchDeps,
  { source, value }: Told<FoundAuthor>,
  call: CatalogueCall,
): Promise<AuthorDetails | null> {
  const catalogue = deps.catalogues.find((each: Catalogue) => each.name === source);
  const key = value.keys[source];
  if (catalogue?.describeAuthor === undefined || catalogue.describeAuthor === null || key === undefined)
    return null;
  return catalogue.describeAuthor(key, call).catch(() => null);
}

function isTitled(work: Work, key: string): boolean {
  return (
    titleKey(work.title) === key ||
    titleKey(mainTitle(work.title)) === key ||
    key.startsWith(`${titleKey(work.title)} `)
  );
}

function unknown(deps: FetchDeps, wanted: Wanted): NewRecord {
  const { kind, key, name } = wanted;
  return unknownRecord({ kind, key, name }, { ...fetchedBy(deps, wanted, { source: 'none' }) });
}

function fetchedBy(deps: FetchDeps, { projectId }: Wanted, { source }: { readonly source: string }): Fetched {
  return { projectId, source, now: deps.clock(), ttls: deps.ttls };
}
