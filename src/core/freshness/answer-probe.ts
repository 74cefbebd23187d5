import type { CorpusStatistics } from '#domain/corpus-statistics.ts';
import type { Carry } from '#domain/effect.ts';
import type { Project } from '#domain/project.ts';
import type { Embedder } from '#ports/model.ts';
import type { CarriedState, ComingChange, CorpusDifference } from '#ports/store/carried.ts';
import type { Store } from '#ports/store/store.ts';
import { breathe } from '../breathe.ts';
import { CarriedQuestions } from './carried-questions.ts';
import { touchedBy } from './touched-by.ts';

export interface ProbeDeps {
  readonly store: {
    readonly carried: Store['carried'];
    readonly documents: Pick<Store['documents'], 'passages'>;
  };
  /** The embedder of the project's index. */
  readonly embedderOf: (projectId: number) => Promise<Embedder>;
  readonly onError: (error: unknown) => void;
}

/** Answers read at once, and answers tried between two looks at the event loop: some milliseconds of work each. */
const PAGE = 500;
const TRIED_PER_TURN = 200;

/** Chunks × answers that one change is tried on: about two seconds of work. More: every answer is looked at again. */
const MOST_PAIRS = 2_000_000;

/** More are not held in memory: every one is looked at again. */
const MOST_ANSWERS = 100_000;

/** Projects that are caught up with at the start: each has statistics of its own in memory. */
const MOST_CAUGHT_UP = 50;

/** What the questions of all projects may take in this process. */
const MOST_BYTES = 96 << 20;

/**
 * Finds, before a change of the documents is committed, which answers it may touch: a superset, cheap, and never one too
 * few. What it finds is bound to what it was found with (`Carry`): the change drops all that it does not cover.
 */
export class AnswerProbe {
  readonly #deps: ProbeDeps;
  /** In order of use. */
  readonly #projects = new Map<number, CarriedQuestions>();
  readonly #loads = new Map<number, Promise<CarriedQuestions>>();
  readonly #statistics = new Map<number, CorpusStatistics>();

  constructor(deps: ProbeDeps) {
    this.#deps = deps;
  }

  /** Null: every answer is to be looked at again. Whatever fails here is no reason not to change the documents. */
  async carry(projectId: number, change: ComingChange): Promise<Carry | null> {
    try {
      return await this.#carry(projectId, change);
    } catch (error) {
      this.#deps.onError(error);
      return null;
    }
  }

  /**
   * Takes in what the projects carry, those of the most changes first, so that the next change finds it there. Gives how
   * many answers that came to; ends early when it has half of its room full.
   */
  async catchUp(projects: readonly Project[], signal: AbortSignal): Promise<number> {
    let answers = 0;
    const byChanges = projects.toSorted((a, b) => b.corpusVersion - a.corpusVersion);
    for (const { id, corpusVersion } of byChanges.slice(0, MOST_CAUGHT_UP)) {
      if (corpusVersion === 0 || this.#bytes() > MOST_BYTES / 2) break;
      try {
        answers += await this.#catchUp(id);
      } catch (error) {
        this.#deps.onError(error);
      }
      await breathe(signal);
    }
    return answers;
  }

  async #catchUp(projectId: number): Promise<number> {
    const state = await this.#enrol(projectId);
    if (state.carried === 0 || state.carried > MOST_ANSWERS) return 0;
    const { size } = await this.#questions(projectId, state);
    await this.#statisticsOf(projectId, state.epoch);
    return size;
  }

  async #carry(projectId: number, change: ComingChange): Promise<Carry | null> {
    const state = await this.#enrol(projectId);
    if (state.carried === 0 || state.carried > MOST_ANSWERS) return null;
    const questions = await this.#questions(projectId, state);
    const { enrolment } = questions;
    const difference = await this.#deps.store.carried.difference(projectId, change);
    if (difference === null || this.#isTooMuch(difference, questions)) return null;
    const { before, epoch, tags } = difference;
    const suspects = await this.#suspects(projectId, difference, questions);
    return suspects === null ? null : { epoch, enrolment, before, tags: tags.before, suspects };
  }

  #isTooMuch({ chunks }: CorpusDifference, { size, bytes }: CarriedQuestions): boolean {
    return chunks.length * size > MOST_PAIRS || bytes > MOST_BYTES;
  }

  async #enrol(projectId: number): Promise<CarriedState> {
    const { carried } = this.#deps.store;
    const state = await carried.state(projectId);
    if (!state.hasNew) return state;
    await carried.enrol(projectId);
    return carried.state(projectId);
  }

  async #suspects(
    projectId: number,
    difference: CorpusDifference,
    questions: CarriedQuestions,
  ): Promise<number[] | null> {
    const statistics = await this.#statisticsOf(projectId, difference.epoch);
    if (statistics === null) return null;
    const { weight: vectorWeight = 1 } = await this.#deps.embedderOf(projectId);
    const isTouched = touchedBy({ difference, statistics, vectorWeight });
    const suspects: number[] = [];
    let tried = 0;
    for (const question of questions.all()) {
      if (isTouched(question)) suspects.push(question.id);
      tried += 1;
      if (tried % TRIED_PER_TURN === 0) await breathe();
    }
    return suspects;
  }

  /** Null when the corpus has gone on to another epoch. */
  async #statisticsOf(projectId: number, epoch: number): Promise<CorpusStatistics | null> {
    const known = this.#statistics.get(projectId);
    if (known?.epoch === epoch) return known;
    const { statistics } = await this.#deps.store.documents.passages.changes(projectId, {
      since: Number.MAX_SAFE_INTEGER,
      epoch: 0,
      limit: 1,
    });
    if (statistics === null || statistics.epoch !== epoch) return null;
    this.#statistics.set(projectId, statistics);
    return statistics;
  }

  /** Those who need them at the same time share one load. */
  #questions(projectId: number, state: CarriedState): Promise<CarriedQuestions> {
    const known = this.#projects.get(projectId);
    if (known !== undefined && known.enrolment >= state.enrolment) return Promise.resolve(known);
    const load =
      this.#loads.get(projectId) ?? this.#load(projectId, state).finally(() => this.#loads.delete(projectId));
    this.#loads.set(projectId, load);
    return load;
  }

  async #load(projectId: number, state: CarriedState): Promise<CarriedQuestions> {
    const known = this.#projects.get(projectId);
    // What is carried no more stays among them, until it is the greater part.
    const isWorn = known === undefined || known.size > 2 * state.carried + PAGE;
    const questions = isWorn ? new CarriedQuestions() : known;
    const { enrolment: after } = questions;
    let afterId = 0;
    let page: Awaited<ReturnType<Store['carried']['enrolled']>>;
    do {
      page = await this.#deps.store.carried.enrolled(projectId, {
        after,
        upTo: state.enrolment,
        afterId,
        limit: PAGE,
      });
      for (const answer of page) questions.add(answer);
      afterId = page.at(-1)?.id ?? afterId;
      if (page.length === PAGE) await breathe();
    } while (page.length === PAGE && questions.bytes <= MOST_BYTES);
    questions.enrolment = page.length === PAGE ? after : state.enrolment;
    this.#keep(projectId, questions);
    return questions;
  }

  #bytes(): number {
    return Array.from(this.#projects.values(), ({ bytes }) => bytes).reduce((a, b) => a + b, 0);
  }

  /** Makes room: the projects that were not changed for longest go. */
  #keep(projectId: number, questions: CarriedQuestions): void {
    this.#projects.delete(projectId);
    this.#projects.set(projectId, questions);
    let bytes = this.#bytes();
    for (const [id, each] of this.#projects) {
      if (bytes <= MOST_BYTES) return;
      this.#projects.delete(id);
      bytes -= each.bytes;
    }
  }
}
