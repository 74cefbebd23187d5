import type { Batch } from '#domain/batch.ts';
import type { ClaimedItem, Outcome } from '#domain/outcome.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import type { Problem } from '#domain/fault.ts';
import type { Stage } from '#domain/stage.ts';

/** A kind of work: turns a submission into items, and runs one item. A vertical slice of its own. */
export interface Workload {
  readonly name: string;

  /**
   * Runs discover further items of the batch, so items keep what makes them the same: a batch holds each only once,
   * whoever leads to it.
   */
  readonly dedupe?: 'batch';

  /** What a project has chosen for itself, put under what the caller says. */
  completeOptions?(projectId: number, options: JsonObject): Promise<JsonObject>;

  /** Checks a submission's options and fills in the defaults. */
  readOptions(options: JsonObject): Readable<JsonObject>;

  /** How a batch with these options runs where the caller says nothing; absent: as the server does. */
  paceOf?(options: JsonObject): { readonly paceMs?: number; readonly concurrency?: number };

  /**
   * Entries stand for what was received before (a kept file): none is taken from a caller, who could name another
   * project's.
   */
  readonly takesOnlyReceived?: true;

  /** One entry of a JSON submission as an item. */
  readEntry(entry: Json): Readable<NewWork>;

  /** A file of entries as items, read as it arrives; null when this workload takes no such files. */
  readonly readFile: ((file: IncomingFile, options: JsonObject) => AsyncIterable<readonly FileRow[]>) | null;

  /** One line that tells a person what the item is. */
  describe(payload: JsonObject): string;

  /** How many items the batch will have once everything is discovered, as far as earlier runs tell. */
  expectedTotal?(batch: Batch): number | null;

  run(item: ClaimedItem, context: RunContext): Promise<Outcome>;
}

export type Readable<T> = { readonly ok: T } | { readonly problem: Problem };

/** An item to be: what it carries, and the text by which two of them are the same (null: never the same). */
export interface NewWork {
  readonly payload: JsonObject;
  readonly sameness: string | null;
  /** Higher goes first within its batch; 0 when absent. */
  readonly priority?: number;
}

/** One entry of a file, with the line on which it began. */
export interface FileRow {
  readonly line: number;
  readonly read: Readable<NewWork>;
}

export interface IncomingFile {
  readonly name: string;
  /** As the sender claims; never trusted alone. */
  readonly mediaType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface RunContext {
  /** Fires when the item is cancelled, its time is up, or the process must stop at once. */
  readonly signal: AbortSignal;
  /** Options of the item's batch. */
  readonly options: JsonObject;
  /** Tells watchers what the run is doing. */
  readonly report: (stage: Stage) => void;
}
