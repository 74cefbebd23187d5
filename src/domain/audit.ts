/** One change that somebody made: who, what, to which thing, from where. Times are epoch milliseconds. */
export interface AuditEntry {
  readonly id: number;
  readonly at: number;
  /** null: it was about the server as a whole. */
  readonly projectId: number | null;
  readonly keyId: number | null;
  /** The name of the key, as it was then. */
  readonly actor: string;
  /** Such as `POST /batches/{batchId}/pause`. */
  readonly action: string;
  /** The id of what it was done to, or of what it made; null when it was about many. */
  readonly thing: string | null;
  readonly address: string | null;
  /** Under it the log tells more. */
  readonly requestId: string;
}

export type NewAuditEntry = Omit<AuditEntry, 'id'>;
