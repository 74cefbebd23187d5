import type { AuditEntry, NewAuditEntry } from '#domain/audit.ts';
import type { Page, PageRequest } from '#domain/page.ts';

/** What was done: entries are added, and go by their age alone. */
export interface AuditStore {
  note(entry: NewAuditEntry): Promise<void>;
  /** Of one project, or null: everything; newest first. */
  list(projectId: number | null, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  /** Takes away entries that are older, at most `limit`: how many. */
  sweep(before: number, limit: number): Promise<number>;
}

export interface AuditFilter {
  /** Part of actor, action, thing, address or request id, any case. */
  readonly text?: string;
}
