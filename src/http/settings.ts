/** What the HTTP layer may be told. Sizes are bytes. */
export interface HttpSettings {
  readonly version: string;
  /** null: open to whoever reaches it, which is allowed on loopback only. */
  readonly adminKey: string | null;
  /** Addresses and subnets of proxies that say who called. */
  readonly trustedProxies: readonly string[];
  /** Header in which applications name their users, in lower case. */
  readonly userHeader: string;
  /** Origins of other sites' pages that may call, with a key. */
  readonly corsOrigins: readonly string[];
  readonly limits: HttpLimits;
  /** Where the built admin page lies; without it a plain landing page is shown. */
  readonly uiFolder: string | null;
  readonly heartbeatMs: number;
  /** Gets one line for each request: without bodies, keys, questions or query strings. */
  readonly log: (line: LogLine) => void;
  /** Follows a request through all that it begins; absent: nobody does. */
  readonly follow?: Follow | undefined;
}

/** Does the work of a request in its name, and notes how it ended. */
export type Follow = <R extends { readonly status: number }>(
  request: Followed,
  work: () => Promise<R>,
) => Promise<R>;

export interface Followed {
  readonly requestId: string;
  readonly method: string;
  /** Its path as a pattern, without ids. */
  readonly route: string;
  /** Where in the caller's own trace it was made, as it says; null: it says nothing. */
  readonly traceParent: string | null;
}

export interface HttpLimits {
  readonly maxJsonBytes: number;
  /** A whole multipart request. */
  readonly maxUploadBytes: number;
  readonly maxFilesPerUpload: number;
  /** One document. */
  readonly maxDocumentBytes: number;
  /** Batches that one stream may watch. */
  readonly maxWatched: number;
  /** Streams of events that one key may hold open. */
  readonly maxStreams: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  maxJsonBytes: 32 * 1024 * 1024,
  maxUploadBytes: 512 * 1024 * 1024,
  maxFilesPerUpload: 50,
  maxDocumentBytes: 10 * 1024 * 1024,
  maxWatched: 50,
  maxStreams: 200,
};

export const HEARTBEAT_MS = 15_000;

export interface LogLine {
  readonly requestId: string;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** Its pattern, without ids. */
  readonly route: string;
  readonly status: number;
  /** Until the response began. */
  readonly tookMs: number;
  /** Stable code of a refusal. */
  readonly code?: string;
  /** Set when something broke that should not have. */
  readonly error?: unknown;
}
