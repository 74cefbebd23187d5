import type { AskEvent } from './ask-stream.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import type {
  Answer,
  AnswerPage,
  AnswerQuery,
  Ask,
  AskAccepted,
  Asked,
  AskQuery,
  AskState,
  Explanation,
  Purged,
  PurgeQuery,
} from './wire/answers.ts';
import type { ForgetMissQuery, Forgotten, MissPage, MissQuery } from './wire/misses.ts';
import type {
  JudgedHourPage,
  JudgedPage,
  JudgedQuery,
  Judgement,
  Judging,
  JudgingRetried,
} from './wire/judgements.ts';
import type { HourQuery } from './wire/system.ts';

/** Asking, in the background too. */
export class AsksApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer, from the cache or made now. */
  ask(question: string | Omit<Ask, 'mode'>, options: CallOptions = {}): Promise<Asked> {
    const json = { ...(typeof question === 'string' ? { question } : question), mode: 'sync' };
    // Asking twice does no harm, so it may be repeated like a creation under a key.
    return this.#transport.json('/ask', { ...options, method: 'POST', json, isCreating: true });
  }

  /**
   * The answer with its text as it comes: `for await (const event of …)`. Leaving the loop leaves the question; nobody
   * else who waits for the same answer is disturbed.
   */
  async *stream(
    question: string | Omit<Ask, 'mode'>,
    options: CallOptions = {},
  ): AsyncGenerator<AskEvent, Asked, void> {
    // Loaded by those who use it: a page that never asks should not carry it.
    const { streamAsk } = await import('./ask-stream.ts');
    return yield* streamAsk(this.#transport, question, options);
  }

  /** Queues the question; `get` has the answer later. */
  start(question: string | Omit<Ask, 'mode'>, options: CreateOptions = {}): Promise<AskAccepted> {
    const json = { ...(typeof question === 'string' ? { question } : question), mode: 'async' };
    return this.#transport.json('/ask', { ...options, method: 'POST', json, isCreating: true });
  }

  get(id: string, query: AskQuery = {}, options: CallOptions = {}): Promise<AskState> {
    return this.#transport.json(`/asks/${encodeURIComponent(id)}`, { ...options, query });
  }
}

/** What the cache holds. */
export class AnswersApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query: AnswerQuery = {}, options: CallOptions = {}): Promise<AnswerPage> {
    return this.#transport.json('/answers', { ...options, query });
  }

  get(id: string, options: CallOptions = {}): Promise<Answer> {
    return this.#transport.json(pathOf(id), options);
  }

  /** The answer; null while it says what the known one says. */
  async getIfChanged(
    { id, version }: Pick<Answer, 'id' | 'version'>,
    options: CallOptions = {},
  ): Promise<Answer | null> {
    const headers = { 'If-None-Match': `W/"${id}.${version}"` };
    const response = await this.#transport.send(pathOf(id), { ...options, headers, accept: [304] });
    return response.status === 304 ? null : ((await response.json()) as Answer);
  }

  /** What it rests on, as that is now, and what changed between its versions. */
  explain(id: string, options: CallOptions = {}): Promise<Explanation> {
    return this.#transport.json(`${pathOf(id)}/explain`, options);
  }

  delete(id: string, options: CallOptions = {}): Promise<Purged> {
    return this.#transport.json(pathOf(id), { ...options, method: 'DELETE' });
  }

  /** Makes it again, whatever the cache holds. */
  refresh(id: string, options: CallOptions = {}): Promise<Asked> {
    return this.#transport.json(`${pathOf(id)}/refresh`, { ...options, method: 'POST' });
  }

  /** Those that a model judged; `{below: 70}` are for a person to look at. */
  judged(query: JudgedQuery = {}, options: CallOptions = {}): Promise<JudgedPage> {
    return this.#transport.json('/answers/judged', { ...options, query });
  }

  /** The means of the marks, by the hour. */
  judgedHours(query: HourQuery = {}, options: CallOptions = {}): Promise<JudgedHourPage> {
    return this.#transport.json('/answers/judged/hourly', { ...options, query });
  }

  /** How many chosen answers wait to be judged, how many could not be, and why. */
  judging(options: CallOptions = {}): Promise<Judging> {
    return this.#transport.json('/answers/judging', options);
  }

  /** Tries again what could not be judged. */
  retryJudging(options: CallOptions = {}): Promise<JudgingRetried> {
    return this.#transport.json('/answers/judging/retry', { ...options, method: 'POST' });
  }

  /** What a model said of it; rejects with `not_found` when none did. */
  judgement(id: string, options: CallOptions = {}): Promise<Judgement> {
    return this.#transport.json(`${pathOf(id)}/judgement`, options);
  }

  /** Drops what matches; `{all: true}` drops every answer of the project. */
  purge(query: PurgeQuery, options: CallOptions = {}): Promise<Purged> {
    return this.#transport.json('/answers', { ...options, method: 'DELETE', query });
  }
}

/** Questions that somebody had to wait for, those that mean the same as one; most missed first. */
export class MissesApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query: MissQuery = {}, options: CallOptions = {}): Promise<MissPage> {
    return this.#transport.json('/answers/misses', { ...options, query });
  }

  /** Takes one off the list, or all that mean the same; it comes again when it is missed again. */
  forget(id: string, query: ForgetMissQuery = {}, options: CallOptions = {}): Promise<Forgotten> {
    const path = `/answers/misses/${encodeURIComponent(id)}`;
    return this.#transport.json(path, { ...options, method: 'DELETE', query });
  }

  forgetAll(options: CallOptions = {}): Promise<Forgotten> {
    return this.#transport.json('/answers/misses', { ...options, method: 'DELETE', query: { all: true } });
  }
}

function pathOf(id: string): string {
  return `/answers/${encodeURIComponent(id)}`;
}
