/** Somewhere that is told what happens in a project. Times are epoch milliseconds. */
export interface Webhook {
  readonly id: number;
  readonly projectId: number;
  readonly kind: WebhookKind;
  readonly name: string;
  /** null for callbacks: each ask brings its own. */
  readonly url: string | null;
  readonly events: readonly WebhookEvent[];
  readonly isOn: boolean;
  /** Why it was switched off, when nobody did it by hand. */
  readonly offReason: string | null;
  readonly offAt: number | null;
  /** Since when nothing arrived; null when the newest attempt did. */
  readonly failingSince: number | null;
  readonly deliveredAt: number | null;
  /** Until when the secret before this one signs too. */
  readonly oldSecretUntil: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `callbacks` signs what goes to the `callbackUrl` of asks: one a project. */
export type WebhookKind = 'endpoint' | 'callbacks';

/** What an endpoint may be told of. */
export const WEBHOOK_EVENTS = [
  'batch.completed',
  'batch.cancelled',
  'item.completed',
  'item.failed',
  'item.skipped',
  'document.published',
  'document.deleted',
  'alert.raised',
  'alert.cleared',
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What a delivery may be about: asks are told to their own address, a test to whoever asked for one. */
export type DeliveryEvent = WebhookEvent | 'ask.completed' | 'ask.failed' | 'webhook.test';

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly id: number;
  readonly webhookId: number;
  /** Where it goes, when that is not the webhook's own address. */
  readonly url: string | null;
  readonly event: DeliveryEvent;
  readonly status: DeliveryStatus;
  readonly attempts: readonly DeliveryAttempt[];
  /** pending: when it is tried next. */
  readonly dueAt: number;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** Each time it was tried. What the receiver said is not kept. */
export interface DeliveryAttempt {
  readonly at: number;
  readonly tookMs: number;
  /** HTTP status; null: no response. */
  readonly status: number | null;
  /** Stable, lower_snake; null: it arrived. */
  readonly error: string | null;
}

export type DeliveryStatus = 'pending' | 'sending' | 'delivered' | 'failed';

/** Every legal move of a delivery. */
export const DELIVERY_MOVES = {
  /** Moved on by a claim. */
  pending: ['sending'],
  /** Moved on by its sender; back by a claim when the sender's lease ran out. */
  sending: ['delivered', 'pending', 'failed'],
  delivered: [],
  /** Sent again by a person. */
  failed: ['pending'],
} as const satisfies Record<DeliveryStatus, readonly DeliveryStatus[]>;

export const MAX_WEBHOOKS = 50;

/** Multiples of the first wait: with 5 s, eleven attempts within 22 hours. */
const WAITS = [1, 6, 24, 120, 360, 720, 1_440, 2_880, 4_320, 5_760] as const;

/** A tenth more or less, so that what failed together does not come back together. */
const SPREAD = 0.1;

/** How long to wait after so many attempts; null: that was the last. */
export function waitAfter(attempts: number, firstMs: number, random: () => number): number | null {
  const times = WAITS[attempts - 1];
  if (times === undefined) return null;
  return Math.round(times * firstMs * (1 - SPREAD + 2 * SPREAD * random()));
}
