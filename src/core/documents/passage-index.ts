import { breathe } from '#core/breathe.ts';
import { unpackTerms } from '#domain/chunk-terms.ts';
import { filterText } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { IndexEntry, IndexHistory, PassageStore } from '#ports/store/documents.ts';
import type { Vectors } from '#ports/vectors.ts';
import { WordIndex } from './word-index.ts';

/** Chunks taken in between two looks at the event loop: two or three milliseconds of work. */
const PAGE = 100;

/** Filters of a project whose documents are remembered. */
const MOST_FILTERS = 100;

export interface FilteredAt {
  readonly projectId: number;
  readonly corpusVersion: number;
  readonly filter: PassageFilter;
}

interface Filtered {
  readonly corpusVersion: number;
  readonly documents: Map<string, Promise<ReadonlySet<number>>>;
}

/** The words and the vectors of each project in this process, brought along with the corpus version. */
export class PassageIndex {
  readonly vectors: Vectors;
  readonly #passages: Pick<PassageStore, 'changes'>;
  readonly #projects = new Map<number, { version: number; readonly words: WordIndex }>();
  readonly #filtered = new Map<number, Filtered>();
  /** Loads under way, by project: those who need one at the same time share it. */
  readonly #loads = new Map<number, Promise<void>>();

  constructor(passages: Pick<PassageStore, 'changes'>, vectors: Vectors) {
    this.#passages = passages;
    this.vectors = vectors;
  }

  /** The word index, if it stands at just that version and the vectors do too; they move only between awaits. */
  at(projectId: number, corpusVersion: number): WordIndex | null {
    const project = this.#projects.get(projectId);
    if (project?.version !== corpusVersion || this.vectors.versionOf(projectId) !== corpusVersion)
      return null;
    return project.words;
  }

  /** Brings the project's indexes to `corpusVersion` or beyond. */
  async catchUp(projectId: number, corpusVersion: number): Promise<void> {
    while ((this.#projects.get(projectId)?.version ?? -1) < corpusVersion) {
      const load =
        this.#loads.get(projectId) ?? this.#load(projectId).finally(() => this.#loads.delete(projectId));
      this.#loads.set(projectId, load);
      await load;
    }
  }

  /** The documents that a filter lets in at a corpus version, found once for each: tags change with the version. */
  filtered(at: FilteredAt, find: () => Promise<ReadonlySet<number>>): Promise<ReadonlySet<number>> {
    const { projectId, corpusVersion, filter } = at;
    let known = this.#filtered.get(projectId);
    if (known?.corpusVersion !== corpusVersion || known.documents.size >= MOST_FILTERS) {
      known = { corpusVersion, documents: new Map() };
      this.#filtered.set(projectId, known);
    }
    const { documents } = known;
    const name = filterText(filter);
    const found = documents.get(name) ?? find();
    documents.set(name, found);
    found.catch(() => documents.delete(name));
    return found;
  }

  forget(projectId: number): void {
    this.#projects.delete(projectId);
    this.#filtered.delete(projectId);
    this.vectors.forget(projectId);
  }

  async #load(projectId: number): Promise<void> {
    if (this.#projects.get(projectId)?.words.isWorn === true) this.forget(projectId);
    const known = this.#projects.get(projectId) ?? { version: 0, words: new WordIndex() };
    const { epoch } = known.words.statistics;
    const first = await this.#passages.changes(projectId, { since: known.version, epoch, limit: PAGE });
    // Until the last page is in, the index stands nowhere: a load that fails begins anew.
    this.#projects.delete(projectId);
    if (first.isWhole) this.vectors.forget(projectId);
    const words = first.isWhole ? new WordIndex() : known.words;
    if (first.statistics !== null) words.setStatistics(first.statistics);
    for (const chunkId of first.removed) words.remove(chunkId);
    await this.#addPages(projectId, words, first, first.isWhole ? 0 : known.version);
    this.#projects.set(projectId, { version: first.version, words });
  }

  async #addPages(projectId: number, words: WordIndex, first: IndexHistory, since: number): Promise<void> {
    let page = first;
    this.#add(projectId, words, page);
    while (page.next !== null) {
      await breathe();
      page = await this.#passages.changes(projectId, {
        since,
        epoch: words.statistics.epoch,
        limit: PAGE,
        upTo: first.version,
        after: page.next,
      });
      this.#add(projectId, words, page);
    }
  }

  #add(projectId: number, words: WordIndex, page: IndexHistory): void {
    for (const entry of page.added) {
      const terms = unpackTerms(entry.terms);
      if (terms !== null) words.add(toWordEntry(entry), terms);
    }
    this.vectors.apply(projectId, page.next === null ? page.version : null, page);
  }
}

function toWordEntry({ chunkId, documentId, number, identity }: IndexEntry) {
  return { chunkId, documentId, number, identity };
}
