import type { Passage } from '#domain/document.ts';
import type { Reckoned } from '#domain/budget.ts';
import type { Usage } from '#domain/answer.ts';

/**
 * Turns texts into unit vectors; the same text always gives the same vector. That of a question may be shorter: it counts
 * the less, the less the embedder knows of it.
 */
export interface Embedder {
  /** Provider, model and dimensions: vectors of different names are never compared. */
  readonly name: string;
  /** null: as many as the model gives; known once it has given some. */
  readonly dimensions: number | null;
  /** What a rank by its vectors counts beside one by words; 1 when absent. */
  readonly weight?: number;
  /** Similarity from which two questions mean the same, where nothing else tells them apart. */
  readonly sameFrom?: number;
  /** What embedding these texts may come to; absent: it takes no tokens. */
  reckon?(texts: readonly string[]): Reckoned;
  /**
   * @throws Fault `unavailable` or `limited` when trying again may help
   */
  embed(
    texts: readonly string[],
    signal: AbortSignal,
    options?: EmbedOptions,
  ): Promise<readonly Float32Array[]>;
}

export interface EmbedOptions {
  /** What the texts are: some models embed questions otherwise than what answers them. `passage` when absent. */
  readonly purpose?: 'question' | 'passage';
  /** Is added to by every call that the model answered. */
  readonly spending?: EmbedSpending;
}

/** What embedding took of a model that counts. */
export interface EmbedSpending {
  tokens: number;
  /** In millionths of the currency that the price was set in; 0 when none is set. */
  costMicros: number;
}

/** Makes an answer out of passages, and nothing else. */
export interface Generator {
  /** Provider and model, or a name of its own with a version: part of the answer profile. */
  readonly name: string;
  /** What else shapes its answers, such as prompts, as text: part of the answer profile too. */
  readonly form?: string;
  /** What a call may come to; absent: it takes no tokens. */
  reckon?(request: GenerateRequest): Reckoned;
  /**
   * @param live gets the text while it is being made, in the form in which it will stand in the answer
   * @throws Fault `unavailable` or `limited` when trying again may help
   */
  generate(request: GenerateRequest, signal: AbortSignal, live?: TextSink): Promise<Generated>;
}

export interface GenerateRequest {
  readonly question: string;
  /** Best first. */
  readonly passages: readonly Passage[];
}

/** Takes text as it comes. */
export interface TextSink {
  write(text: string): void;
  /** What was written so far is void: it begins anew. */
  restart(): void;
}

export interface Generated {
  /** False: the passages do not answer the question. `text` is empty then. */
  readonly found: boolean;
  /** Sentences with `[n]` marks, n counting `quotes` from 1. */
  readonly text: string;
  readonly quotes: readonly Quote[];
  readonly usage: Usage;
  /** It was cut short by a limit of length: worth showing, not worth keeping for long. */
  readonly isCutShort?: true;
}

export interface Quote {
  /** Index into the request's passages. */
  readonly passage: number;
  /** Index into the passage's paragraphs. */
  readonly paragraph: number;
  /** Words of the paragraph, unchanged. */
  readonly text: string;
}

/** Writes text on demand: what generators and judges of answers are made with. */
export interface LanguageModel {
  /** Provider, model and settings that shape what it writes. */
  readonly name: string;
  /** Tokens that it writes at most. */
  readonly maxOutputTokens: number;
  /**
   * Text goes to `live` as it comes; an attempt that broke off and is made again restarts it.
   *
   * @throws Fault `unavailable` or `limited` when trying again may help, with the seconds to wait
   */
  write(prompt: Prompt, signal: AbortSignal, live: TextSink): Promise<Written>;
}

export interface Prompt {
  /** Ours: what the model is to do. */
  readonly instructions: string;
  /** What it is to be done with: holds what others wrote. */
  readonly material: string;
}

export interface Written {
  readonly text: string;
  readonly usage: Usage;
  /** `length`: cut off by the limit; `withheld`: a filter of the provider took it. */
  readonly end: 'complete' | 'length' | 'withheld';
}

/** How a model outside this process does. */
export interface ModelState {
  readonly role: 'generator' | 'embedder' | 'judge';
  readonly name: string;
  /** `open`: it failed too often, and is left alone until `retryAt`; `trying`: the next call decides. */
  readonly breaker: 'closed' | 'open' | 'trying';
  readonly retryAt: number | null;
  readonly inFlight: number;
  readonly waiting: number;
  readonly calls: number;
  readonly failures: number;
  readonly lastError: string | null;
}
