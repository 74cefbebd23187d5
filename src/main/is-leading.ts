import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

/** Of several processes the one that has been here longest: others would do the same work in vain. */
export async function isLeading(
  store: Pick<Store, 'workers'>,
  clock: Clock,
  workerId: number,
): Promise<boolean> {
  const live = (await store.workers.list()).filter(({ leaseUntil }) => leaseUntil > clock());
  return live.every(({ id }) => id >= workerId);
}
