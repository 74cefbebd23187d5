/** Figures for whoever operates the server, in the text form that Prometheus reads. */
export interface Metrics {
  /** One request that was answered. */
  request(request: MeasuredRequest): void;
  /** Everything as it is now; `figures` are what only the store knows, read for this. */
  show(figures: readonly Figure[]): Promise<string>;
}

export interface MeasuredRequest {
  readonly method: string;
  /** The pattern of the path, without ids: `/api/v1/batches/{batchId}`. */
  readonly route: string;
  readonly status: number;
  readonly tookMs: number;
}

/** One figure with its labels. A counter only grows, also over restarts, since the store keeps it. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}
