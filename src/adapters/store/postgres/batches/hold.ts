import type { BatchHold } from '#domain/batch.ts';
import type { Session } from '../session.ts';

const HOLD = `
  update batches set held_until = $2, held_why = $3, version = version + 1
   where id = $1 and status in ('processing', 'paused') and held_until < $2`;

/** Puts off the next start of a batch's items; a hold that ends sooner than the one there is changes nothing. */
export function holdBatch(session: Session) {
  return async (batchId: number, { until, error }: BatchHold): Promise<boolean> =>
    (await session.run(HOLD, [batchId, until, JSON.stringify(error)])) === 1;
}
