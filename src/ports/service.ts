/** A server beside ours that is worth watching. */
export interface Service {
  /** Resolves when it answers, rejects when it does not within a second or so. */
  ping(): Promise<void>;
  /** What it says of itself; rejects when it does not answer. */
  describe(): Promise<ServiceFacts>;
  close(): void;
}

export interface ServiceFacts {
  /** What it is, such as `valkey 8.1.0`. */
  readonly product: string;
  readonly usedBytes: number;
  /** null: no limit but the machine's memory. */
  readonly maxBytes: number | null;
  /** What is full throws out what it holds, and takes more. */
  readonly mayEvict: boolean;
  /** Since it started. */
  readonly evictedKeys: number;
  /** Connections, of everybody. */
  readonly clients: number;
  readonly commandsPerSecond: number;
  readonly latencyMs: number;
  /** What is set up so that trouble can be foreseen, each with its remedy. */
  readonly warnings: readonly string[];
}
