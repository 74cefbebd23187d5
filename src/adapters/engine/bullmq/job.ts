import { showId } from '#domain/ids.ts';

/** What a job carries: ids alone. What the items are about stays in the store. */
export interface OfferJob {
  /** One, or several where items are so short that a job for each would cost more than they do. */
  readonly itemIds: readonly number[];
  readonly offer: number;
}

/** The queue, as BullMQ and Bull Board know it. */
export const QUEUE = 'items';

/**
 * The id holds the offer, not the item alone: a job whose id is still kept would be swallowed without a word. Ids with
 * a colon, or of digits only, are BullMQ's own.
 */
export function jobOf(itemIds: readonly number[], offer: number) {
  const first = itemIds[0] as number;
  const others = itemIds.length === 1 ? '' : ` and ${itemIds.length - 1} more`;
  return {
    // As the API and the page know it: what Bull Board shows can be looked up.
    name: `${showId('item', first)}${others}`,
    data: { itemIds, offer } satisfies OfferJob,
    opts: { jobId: `j-${first}-o${offer}`, removeOnComplete: true, removeOnFail: true },
  };
}
