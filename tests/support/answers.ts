import { MemoryAnswerCache } from '#adapters/cache/memory/memory-answer-cache.ts';
import { openSqlite } from '#clients/sqlite.ts';
import { ANSWER_DEFAULTS, openAnswering, retrievalPart } from '#core/answers/answering.ts';
import type { Answering } from '#core/answers/answering.ts';
import type { Caller } from '#core/answers/asking.ts';
import { askQuestion } from '#core/answers/ask-question.ts';
import { warmQuestion } from '#core/answers/warm-question.ts';
import type { Passage } from '#domain/document.ts';
import { AnswerKeys, profileOf } from '#core/answers/answer-key.ts';
import { streamAnswer } from '#core/answers/stream-answer.ts';
import { Fault } from '#domain/fault.ts';
import { ModelFault } from '#domain/model-fault.ts';
import { NO_USAGE } from '#domain/answer.ts';
import type { ProjectSettings } from '#domain/project-settings.ts';
import type { Generated, GenerateRequest, Generator, TextSink } from '#ports/model.ts';
import type { SharedAnswerCache } from '#ports/cache.ts';
import type { ProjectVersions } from '#ports/store/projects.ts';
import { borrowFile } from './kept-stores.ts';

/** Answers with the first words of the best passage, when it is told to. */
class SlowGenerator implements Generator {
  readonly name = 'slow-1';
  readonly signals: AbortSignal[] = [];
  /** What stands between the call and its answer; resolved at once unless a test says otherwise. */
  gate: (signal: AbortSignal) => Promise<void> = async () => {};
  /** What it tells while it works; it goes on when each promise resolves. */
  tell: ((live: TextSink) => Promise<void>) | null = null;

  get calls(): number {
    return this.signals.length;
  }

  async generate({ passages }: GenerateRequest, signal: AbortSignal, live?: TextSink): Promise<Generated> {
    this.signals.push(signal);
    if (live !== undefined) await this.tell?.(live);
    await this.gate(signal);
    signal.throwIfAborted();
    const text = passages[0]?.paragraphs[0]?.text ?? '';
    const usage = { ...NO_USAGE, inputTokens: 1, outputTokens: 1 };
    if (text === '') return { found: false, text: '', quotes: [], usage };
    return { found: true, text: `${text} [1]`, quotes: [{ passage: 0, paragraph: 0, text }], usage };
  }
}

/** Several processes' worth of answering on one SQLite file, with documents that a test writes. */
export class AnswerWorld {
  readonly generator = new SlowGenerator();
  /** Answers when the generator is down. */
  standIn: Generator | null = null;
  /** Whom a project's settings choose. */
  generatorOf: (settings: ProjectSettings) => Generator = () => this.generator;
  now = 1_000_000;
  /** What retrieval finds, for any question. */
  text = 'You get 26 days.';
  /** What does not answer. */
  trouble: 'embedder' | 'store' | null = null;
  readonly #kept = borrowFile();
  readonly #answerings: Answering[] = [];

  /** Another process: a store, a memory tier and flights of its own. */
  async open(
    leaseMs = 30_000,
    shared: SharedAnswerCache | null = null,
  ): Promise<{ answering: Answering; ask: Ask; warm: Warm; stream: Stream }> {
    const store = await this.#kept.open();
    const { id: projectId } = await store.projects.ensure('default', this.now);
    const versions = async (id: number): Promise<ProjectVersions> => {
      if (this.trouble === 'store') throw new Fault('unavailable', 'store_unreachable', 'It is away.');
      return store.projects.versions(id);
    };
    const answering = openAnswering({
      store: { ...store, projects: { ...store.projects, versions } },
      cache: new MemoryAnswerCache(),
      shared,
      choose: (settings) => ({ generator: this.generatorOf(settings), standIn: this.standIn }),
      retrieve: async () => {
        if (this.trouble === 'embedder') throw new ModelFault('unavailable', 'model_failed', 'Down.', {});
        const passages = this.text === '' ? [] : [passageOf(this.text)];
        return {
          corpusVersion: await store.projects.corpusVersion(projectId),
          epoch: 1,
          floor: null,
          passages,
        };
      },
      settings: { ...ANSWER_DEFAULTS, flightLeaseMs: leaseMs },
      now: () => this.now,
      onError: () => {},
    });
    this.#answerings.push(answering);
    const ask: Ask = (question, cache = 'use', signal = NEVER) =>
      askQuestion(answering, { projectId, question, cache, caller: { signal } });
    const warm: Warm = (question, isRefresh = false, signal = NEVER) =>
      warmQuestion(answering, { projectId, question, keyId: null, requestId: null, isRefresh, signal });
    const stream: Stream = (question, cache = 'use', signal = NEVER, onBegun = () => {}) =>
      streamAnswer(answering, { projectId, question, cache, caller: { signal, onBegun } });
    return { answering, ask, warm, stream };
  }

  /** The key under which its answer to a question is kept. */
  keyOf(question: string): string {
    const retrieval = retrievalPart(ANSWER_DEFAULTS);
    const generator = JSON.stringify([this.generator.name, '']);
    return new AnswerKeys(profileOf({ generator, retrieval })).keyOf(question);
  }

  /** A change of the documents is published: what retrieval finds may be another text, or the same. */
  publish(text: string): void {
    const db = openSqlite({
      file: this.#kept.file,
      readOnly: false,
      busyTimeoutMs: 5_000,
      synchronous: 'NORMAL',
      cacheMiB: 1,
    });
    db.exec('update projects set corpus_version = corpus_version + 1');
    db.close();
    this.text = text;
  }

  async close(): Promise<void> {
    for (const { hits, second } of this.#answerings) {
      await hits.close();
      await second?.close();
    }
    await this.#kept.giveBack();
  }
}

export type Ask = (
  question: string,
  cache?: 'use' | 'refresh' | 'only',
  signal?: AbortSignal,
) => ReturnType<typeof askQuestion>;

export type Warm = (
  question: string,
  isRefresh?: boolean,
  signal?: AbortSignal,
) => ReturnType<typeof warmQuestion>;

export type Stream = (
  question: string,
  cache?: 'use' | 'refresh' | 'only',
  signal?: AbortSignal,
  onBegun?: NonNullable<Caller['onBegun']>,
) => ReturnType<typeof streamAnswer>;

const NEVER = new AbortController().signal;

function passageOf(text: string): Passage {
  return {
    id: 1,
    documentId: 1,
    documentName: 'leave.md',
    headings: ['Leave'],
    page: null,
    paragraphs: [{ hash: text, text }],
    tokens: 5,
    score: 1,
  };
}

/** A promise that a test resolves. */
export function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
