/** Carries what is told to addresses that others chose, and never into this machine or its network. */
export interface Courier {
  /** Why an address is never called; null: it may be. A name that turns out to lead inside is refused when it is called. */
  refusal(url: string): string | null;
  /** Never rejects: what went wrong is an outcome. */
  send(parcel: Parcel): Promise<Receipt>;
}

export interface Parcel {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export type Receipt =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly kind: 'failed'; readonly error: 'address_refused' | 'unreachable' | 'interrupted' };
