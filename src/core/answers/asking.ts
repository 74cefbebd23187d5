import type { Answer } from '#domain/answer.ts';
import type { ItemDetail } from '#ports/store/items.ts';

/** Answers that were judged within an hour, and the means of their marks. */
export interface JudgedHour {
  readonly startedAt: number;
  readonly judged: number;
  readonly faithful: number;
  readonly complete: number;
  readonly tokens: number;
}

export interface Question {
  readonly question: string;
  /** `only` never generates: it throws `not_cached`. */
  readonly cache: 'use' | 'refresh' | 'only';
  /** The key that asks, which pays for an answer that has to be made; absent: none does. */
  readonly keyId?: number | null;
  /** Of the call that asks: goes along to the models that make the answer. */
  readonly requestId?: string | null;
}

/** An answer to be made again; its key pays, where there is one. */
export interface Refresh {
  readonly answerId: number;
  readonly keyId: number | null;
  readonly requestId: string | null;
}

/** Who waits. The signal is looked at only when there is something to wait for: a request makes it when first asked. */
export interface Caller {
  readonly signal: AbortSignal;
  /** Of a stream: told before its first event, whether the answer is being made or was there. */
  readonly onBegun?: (isMade: boolean) => void;
}

export interface Asked {
  readonly answer: Answer;
  /** `stale`: past its time, or older than the documents; the generator is down, or the project has it served while it is made again. */
  readonly cache: { readonly status: 'hit' | 'miss' | 'stale'; readonly ageSeconds: number };
  /** Made by another than the project's generator, which is down. */
  readonly fallback: 'extractive' | null;
}

/** What is told of an answer that is being made. The deltas since the last `restart` are its text. */
export type AskEvent =
  | { readonly kind: 'delta'; readonly text: string }
  | { readonly kind: 'restart' }
  | { readonly kind: 'answer'; readonly asked: Asked };

export interface AskView {
  readonly item: ItemDetail;
  /** The answer, once the item has completed or was skipped as already warm. */
  readonly asked: Asked | null;
}
