import type { BatchQuery } from '#sdk/index.ts';

/** What the queue page is narrowed down to, as it stands in its address. */
export type QueueFilter = Pick<BatchQuery, 'status' | 'workload' | 'source' | 'text' | 'requestId'>;
