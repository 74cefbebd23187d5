import type { Access } from '#domain/access.ts';
import type { Alert } from '#domain/alert.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/** What needs a person. */
export interface AlertVerbs {
  /** Newest first; a key of one project sees those of that project. */
  list(by: Access, page: PageRequest): Promise<Page<Alert>>;
  /** Those that are not over, of everything. */
  open(): Promise<readonly Alert[]>;
}
