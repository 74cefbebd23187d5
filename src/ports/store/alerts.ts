import type { Alert, Reading } from '#domain/alert.ts';
import type { Page, PageRequest } from '#domain/page.ts';

export interface AlertStore {
  /**
   * Raises it, and puts it in the outbox of its project (of the project `default`, when it is about the server). Null when
   * it is raised already.
   */
  raise(reading: Reading, now: number): Promise<Alert | null>;
  /** Ends it, and tells that too. Null when it was not raised. */
  clear(reading: Reading, now: number): Promise<Alert | null>;
  /** Those that are not over, of everything. */
  open(): Promise<readonly Alert[]>;
  /** Newest first; of one project, or of all and the server. */
  list(projectId: number | null, page: PageRequest): Promise<Page<Alert>>;
  /** Items that wait in batches submitted before. */
  backlog(projectId: number, submittedBefore: number): Promise<number>;
  /** Forgets those that were over before. */
  sweep(clearedBefore: number): Promise<void>;
}
