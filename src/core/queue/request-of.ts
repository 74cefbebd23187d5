import type { BatchStore } from '#ports/store/batches.ts';

/** The request that made a batch, for a line of the log; null also when the store cannot say. */
export async function requestOf(
  batches: Pick<BatchStore, 'snapshots'>,
  batchId: number,
): Promise<string | null> {
  const [batch] = await batches.snapshots([batchId]).catch(() => []);
  return batch?.requestId ?? null;
}
