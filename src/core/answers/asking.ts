import type { Answer } from '#domain/answer.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
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
  /** What its answer may be made from; absent: all documents. */
  readonly filter?: PassageFilter;
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
  /** Of a stream: told before its first event how the answer comes, and again when it comes otherwise after all. */
  readonly onBegun?: (status: Asked['cache']['status']) => void;
}

export interface Asked {
  readonly answer: Answer;
  readonly cache: {
    readonly status: 'hit' | 'miss' | 'stale';
    readonly ageSeconds: number;
    /** Of a stale one. */
    readonly stale?: Staleness;
  };
  /** Made by another than the project's generator, which is down. */
  readonly fallback: 'extractive' | null;
}

/** Why an answer is not fresh, and why it is given all the same. */
export interface Staleness {
  /** `unchecked`: the documents changed, and whether that touches it could not be found out. */
  readonly why: 'documents' | 'expired' | 'unchecked';
  /** `remade`: the project would rather have it than wait; `model`: one is down; `busy`: too much is asked; `store`: it is away. */
  readonly because: 'remade' | 'model' | 'busy' | 'budget' | 'store';
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
