import { showId } from '#domain/ids.ts';

/** What a job carries: ids alone. What the item is about stays in the store. */
export interface OfferJob {
  readonly itemId: number;
  readonly offer: number;
}

/** The queue, as BullMQ and Bull Board know it. */
export const QUEUE = 'items';

/**
 * The id holds the offer, not the item alone: a job whose id is still kept would be swallowed without a word. Ids with
 * a colon, or of digits only, are BullMQ's own.
 */
export function jobOf(itemId: number, offer: number) {
  return {
    // As the API and the page know it: what Bull Board shows can be looked up.
    name: showId('item', itemId),
    data: { itemId, offer } satisfies OfferJob,
    opts: { jobId: `j-${itemId}-o${offer}`, removeOnComplete: true, removeOnFail: true },
  };
}
