import type { Figures } from '#domain/catalogue.ts';
import type { BatchSource } from '#domain/batch.ts';
import type { Counts } from '#domain/item.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/**
 * Named counters, by project, batch and hour, kept when their batch is deleted. Runs count by the effect `figures`,
 * in the transaction of the settle, so that they agree with the items.
 */
export interface FigureStore {
  /** Counts what no item did; `batchId` 0 when no batch did either. */
  add(projectId: number, batchId: number, figures: Figures, now: number): Promise<void>;
  ofBatch(projectId: number, batchId: number): Promise<Figures>;
  /** Over all batches of a project, deleted ones included. */
  ofProject(projectId: number): Promise<Figures>;
  byHour(projectId: number, since: number): Promise<readonly { startedAt: number; figures: Figures }[]>;
  /** What batches of a workload came to, newest first, deleted ones included. */
  reports(projectId: number, workload: string, page: PageRequest): Promise<Page<BatchReport>>;
  findReport(projectId: number, batchId: number): Promise<BatchReport | null>;
}

/** What is kept of a batch for good. Times are epoch milliseconds. */
export interface BatchReport {
  readonly batchId: number;
  readonly name: string | null;
  readonly source: BatchSource;
  readonly options: JsonObject;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly isDeleted: boolean;
  readonly counts: Counts;
  readonly figures: Figures;
}
