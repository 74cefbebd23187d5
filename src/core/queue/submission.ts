import type { BatchSource } from '#domain/batch.ts';
import type { Problem } from '#domain/fault.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import type { Project } from '#domain/project.ts';
import type { IdempotencyClaim } from '#ports/store/batches.ts';
import type { IncomingFile } from '#ports/workload.ts';
import type { BatchView } from './views.ts';

/** What a call says of itself that makes a batch. */
export interface MakingCall {
  readonly key: IdempotencyClaim | null;
  readonly requestId: string;
}

export interface SubmitCommand {
  readonly project: Project;
  readonly workload: string;
  readonly input: BatchInput;
  readonly source: BatchSource;
  readonly name: string | null;
  readonly priority: number;
  /** null: the server's default. */
  readonly paceMs: number | null;
  readonly concurrency: number | null;
  readonly maxAttempts: number | null;
  /** `onInvalid` and what the workload knows. */
  readonly options: JsonObject;
  readonly metadata: JsonObject;
  readonly key: IdempotencyClaim | null;
  /** The key of whoever submits it, which pays for its answers; absent: none does. */
  readonly keyId?: number | null;
  /** Of the call that makes it; absent: none does. */
  readonly requestId?: string | null;
}

/** Entries of a JSON body, or files of them, read as they arrive. */
export type BatchInput =
  | { readonly kind: 'entries'; readonly entries: readonly Json[] }
  /** Entries of our own making, such as those that `documents.receive` gives. */
  | { readonly kind: 'received'; readonly entries: readonly Json[] }
  | { readonly kind: 'files'; readonly files: AsyncIterable<IncomingFile> };

/** Entries that cannot be used refuse the whole add, or (`skip`) are left out and reported. */
export type AddInput = BatchInput & { readonly onInvalid?: 'reject' | 'skip' | undefined };

export interface Submitted extends BatchView {
  /** Rows left out by `onInvalid: "skip"`; the first 100 problems. */
  readonly invalid: number;
  readonly problems: readonly Problem[];
}

export interface Added {
  readonly batch: BatchView;
  readonly added: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly problems: readonly Problem[];
}

export interface Preview {
  readonly workload: string;
  readonly total: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly problems: readonly Problem[];
  /** The first rows, as they would be queued. */
  readonly sample: readonly { readonly description: string; readonly duplicate: boolean }[];
}
