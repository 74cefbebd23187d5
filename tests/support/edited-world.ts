import { MemoryAnswerCache } from '#adapters/cache/memory/memory-answer-cache.ts';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { MemoryVectors } from '#adapters/vectors/memory/memory-vectors.ts';
import { ANSWER_DEFAULTS, openAnswering } from '#core/answers/answering.ts';
import type { Answering } from '#core/answers/answering.ts';
import { askQuestion } from '#core/answers/ask-question.ts';
import { fingerprintOf, NOT_FOUND_TEXT } from '#core/answers/make-answer.ts';
import { warmQuestion } from '#core/answers/warm-question.ts';
import { PassageIndex } from '#core/documents/passage-index.ts';
import { retag } from '#core/documents/tag-document.ts';
import { retrievePassages } from '#core/documents/retrieve-passages.ts';
import type { Retrieval } from '#core/documents/retrieve-passages.ts';
import { AnswerProbe } from '#core/freshness/answer-probe.ts';
import { NO_USAGE } from '#domain/answer.ts';
import type { Passage } from '#domain/document.ts';
import { searchedTextOf } from '#domain/document.ts';
import type { Carry } from '#domain/effect.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { Outcome } from '#domain/outcome.ts';
import type { SharedAnswerCache } from '#ports/cache.ts';
import type { ComingChange } from '#ports/store/carried.ts';
import type { GenerateRequest, Generator } from '#ports/model.ts';
import type { Store } from '#ports/store/store.ts';
import { chunksOf } from './edits.ts';
import type { Edit, EditedDocument } from './edits.ts';
import { openTestQueue } from './queue.ts';
import type { TestQueue } from './queue.ts';
import type { StoreKind } from './stores.ts';

const NEVER = new AbortController().signal;
const EMBEDDER = new LexicalEmbedder();

/** What the model says of passages: nothing but which they are, so that it is known what is right. */
function saidOf(passages: readonly Passage[]): string {
  return passages.length === 0 ? '' : `This rests on ${fingerprintOf('', passages)}. [1]`;
}

/** A model whose answer is a function of its evidence. */
class EvidenceGenerator implements Generator {
  readonly name = 'evidence-1';
  calls = 0;
  /** How long it takes. */
  think: () => Promise<void> = async () => {};

  async generate({ passages }: GenerateRequest) {
    this.calls += 1;
    await this.think();
    const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 10 };
    const text = passages[0]?.paragraphs[0]?.text ?? '';
    if (text === '') return { found: false, text: '', quotes: [], usage };
    return { found: true, text: saidOf(passages), quotes: [{ passage: 0, paragraph: 0, text }], usage };
  }
}

/** What a question is to be answered with. */
export interface Truth {
  readonly text: string;
  readonly passages: readonly Passage[];
  /** The corpus version that it is so at. */
  readonly version: number;
}

/** A question, alone or with what it keeps to. */
export type Asking = string | { readonly question: string; readonly filter: PassageFilter };

function partsOf(asking: Asking): Exclude<Asking, string> {
  return typeof asking === 'string' ? { question: asking, filter: NO_FILTER } : asking;
}

/** One process: a store, a memory tier, indexes and a probe of its own. */
export interface EditedProcess {
  readonly store: Store;
  readonly answering: Answering;
  readonly probe: AnswerProbe;
  readonly ask: (question: Asking, cache?: 'use' | 'only') => ReturnType<typeof askQuestion>;
  readonly warm: (question: Asking) => Promise<void>;
  readonly truth: (question: Asking) => Promise<Truth>;
  readonly retrieve: (question: string, filter?: PassageFilter) => Promise<Retrieval>;
}

/** A handbook that is edited under the answers that were made from it, by one queue and as many processes as one likes. */
export class EditedWorld {
  readonly generator = new EvidenceGenerator();
  readonly queue: TestQueue;
  /** How long each look for suspects took, in milliseconds. */
  readonly looks: number[] = [];
  readonly #processes: EditedProcess[] = [];
  readonly #documents = new Map<string, EditedDocument>();
  readonly #isProbing: boolean;
  #editor: EditedProcess | null = null;

  private constructor(queue: TestQueue, isProbing: boolean) {
    this.queue = queue;
    this.#isProbing = isProbing;
  }

  /** @param isProbing false: every change puts every answer to the test, as if nobody had looked */
  static async open(on: StoreKind, isProbing = true): Promise<EditedWorld> {
    let world: EditedWorld | null = null;
    const run = ({ question }: { readonly question: string }) =>
      (world as unknown as EditedWorld).#stage(question);
    const queue = await openTestQueue({ on, run, environment: { PREHEAT_CONCURRENCY: '4' } });
    world = new EditedWorld(queue, isProbing);
    world.#editor = await world.process();
    await queue.store.embedders.serve(queue.project.id, { name: EMBEDDER.name, reach: null });
    return world;
  }

  /** The process that reads and publishes. */
  get editor(): EditedProcess {
    if (this.#editor === null) throw new Error('The world is not open yet.');
    return this.#editor;
  }

  get projectId(): number {
    return this.queue.project.id;
  }

  /** @param shared a tier between its memory and the store */
  async process(shared: SharedAnswerCache | null = null): Promise<EditedProcess> {
    const store = await this.queue.openStore();
    const index = new PassageIndex(store.documents.passages, new MemoryVectors());
    const deps = { store, index, embedderOf: async () => EMBEDDER };
    const answering = openAnswering({
      store,
      cache: new MemoryAnswerCache(),
      shared,
      choose: () => ({ generator: this.generator, standIn: null }),
      retrieve: (request) => retrievePassages(deps, request),
      settings: ANSWER_DEFAULTS,
      now: Date.now,
      onError: (error) => this.queue.logged.push(`error ${String(error)}`),
    });
    const { projectId } = this;
    const limit = ANSWER_DEFAULTS.passages;
    const retrieve: EditedProcess['retrieve'] = (question, filter = NO_FILTER) =>
      retrievePassages(deps, { projectId, keyId: null, question, filter, limit, signal: NEVER });
    const opened: EditedProcess = {
      store,
      answering,
      probe: this.probeOf(store),
      ask: (question, cache = 'use') =>
        askQuestion(answering, { projectId, ...partsOf(question), cache, caller: { signal: NEVER } }),
      async warm(question) {
        const warmed = await warmQuestion(answering, {
          projectId,
          ...partsOf(question),
          keyId: null,
          requestId: null,
          isRefresh: false,
          signal: NEVER,
        });
        if (warmed.kind === 'made') await store.answers.put(warmed.answer, warmed.flight);
      },
      retrieve,
      async truth(question) {
        const { passages, corpusVersion } = await retrieve(
          partsOf(question).question,
          partsOf(question).filter,
        );
        return { text: saidOf(passages) || NOT_FOUND_TEXT, passages, version: corpusVersion };
      },
    };
    this.#processes.push(opened);
    return opened;
  }

  probeOf(store: Store): AnswerProbe {
    const onError = (error: unknown) => void this.queue.logged.push(`error ${String(error)}`);
    return new AnswerProbe({ store, embedderOf: async () => EMBEDDER, onError });
  }

  /** Publishes documents as a batch: several at once. Names of those that were refused, as a later one was there, are given. */
  async put(documents: readonly EditedDocument[]): Promise<void> {
    const names = documents.map((document) => {
      const handle = `${this.#documents.size}`;
      this.#documents.set(handle, document);
      return handle;
    });
    const { batch } = await this.queue.submit(names);
    await this.queue.ended(batch.id);
  }

  async edit({ remove, put }: Edit): Promise<void> {
    if (remove !== null) await this.remove(remove);
    if (put !== null) await this.put([put]);
  }

  async remove(name: string): Promise<void> {
    const { store } = this.editor;
    const found = await store.documents.findBy(this.projectId, { name });
    if (found === null) return;
    const carry = await this.#carry({ documentId: found.id });
    await store.documents.remove(this.projectId, found.id, { now: Date.now(), carry });
  }

  /** Gives a document other tags; false: it is not there. */
  async retag(name: string, tags: readonly string[]): Promise<boolean> {
    const { store } = this.editor;
    const found = await store.documents.findBy(this.projectId, { name });
    if (found === null) return false;
    const carryOf = (_: number, change: ComingChange) => this.#carry(change);
    const { documents } = store;
    return retag({ documents, carryOf, clock: Date.now }, this.projectId, { documentId: found.id, tags });
  }

  async #carry(change: ComingChange): Promise<Carry | null> {
    if (!this.#isProbing) return null;
    const from = performance.now();
    const carry = await this.editor.probe.carry(this.projectId, change);
    this.looks.push(performance.now() - from);
    return carry;
  }

  async close(): Promise<void> {
    for (const { answering, store } of this.#processes) {
      await answering.hits.close().catch(() => undefined);
      await answering.second?.close();
      await store.close();
    }
    await this.queue.close();
  }

  async #stage(handle: string): Promise<Outcome> {
    const { store } = this.editor;
    const document = this.#documents.get(handle) as EditedDocument;
    const chunks = chunksOf(document);
    const vectors = await EMBEDDER.embed(chunks.map(searchedTextOf), NEVER);
    const versionId = await store.documents.stage(
      this.projectId,
      {
        name: document.name,
        mediaType: 'text/markdown',
        bytes: 1,
        sha256: `${handle}`,
        pages: null,
        itemId: Number(handle) + 1,
        embedder: EMBEDDER.name,
        tags: document.tags ?? null,
      },
      Date.now(),
    );
    await store.documents.stageChunks(
      versionId,
      chunks.map((chunk, i) => ({ ...chunk, vector: vectors[i] as Float32Array })),
    );
    const { projectId } = this;
    const carry = await this.#carry({ versionId });
    return {
      kind: 'completed',
      result: null,
      effects: [{ kind: 'publish', projectId, versionId, carry }],
    };
  }
}
