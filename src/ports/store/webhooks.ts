import type { Delivery, DeliveryAttempt, DeliveryEvent, Webhook, WebhookKind } from '#domain/webhook.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Page, PageRequest } from '#domain/page.ts';

export interface WebhookStore {
  /** @throws Fault conflict `too_many_webhooks`, `callbacks_exist` */
  create(webhook: NewWebhook, now: number): Promise<Webhook>;
  /** Null when there is none. What is switched on by hand is not failing any more. */
  change(projectId: number, webhookId: number, changes: WebhookChanges, now: number): Promise<Webhook | null>;
  /**
   * A new secret; the one before signs too until `oldUntil`. Null when there is none, or its secret is no longer that
   * which was to be replaced: who rotated it first has that one signing still.
   */
  rotate(
    projectId: number,
    webhookId: number,
    rotation: WebhookRotation,
    now: number,
  ): Promise<Webhook | null>;
  /** With everything that was still to be told it. False when there is none. */
  remove(projectId: number, webhookId: number): Promise<boolean>;
  find(projectId: number, webhookId: number): Promise<Webhook | null>;
  list(projectId: number, page: PageRequest): Promise<Page<Webhook>>;
  /** Of all projects, the secrets as they are kept, in the order of ids. */
  secrets(afterId: number, limit: number): Promise<readonly KeptSecrets[]>;
  /** Keeps the same secrets sealed anew, unless they were changed meanwhile: false then. */
  reseal(before: KeptSecrets, after: Omit<KeptSecrets, 'id'>): Promise<boolean>;
}

export interface NewWebhook {
  readonly projectId: number;
  readonly kind: WebhookKind;
  readonly name: string;
  readonly url: string | null;
  readonly events: Webhook['events'];
  /** As it is kept: sealed when there is a key to seal with. */
  readonly secret: string;
}

export interface WebhookRotation {
  readonly secret: string;
  readonly oldUntil: number;
  /** The secret before, as it is kept. */
  readonly replaces: string;
}

export type WebhookChanges = Partial<Pick<Webhook, 'name' | 'url' | 'events' | 'isOn'>>;

export interface KeptSecrets {
  readonly id: number;
  readonly projectId: number;
  readonly secret: string;
  readonly oldSecret: string | null;
}

/**
 * The outbox. What happens is written here by the verbs that make it happen, in their own transactions: batches that end,
 * items that end, documents that come and go, alerts. Here it is only taken out.
 */
export interface DeliveryStore {
  /** Puts one in, for one webhook. Null when that is gone or switched off. */
  add(delivery: NewDelivery, now: number): Promise<Delivery | null>;
  /** Whether anything waits to be sent. */
  isDue(now: number): Promise<boolean>;
  /** Takes what is due, so many at once for each webhook, and what a sender did not finish within its lease. */
  claim(claim: DeliveryClaim): Promise<readonly ClaimedDelivery[]>;
  /** Ends all leases: nobody else is there who could hold one. */
  release(): Promise<void>;
  /** Records attempts, each unless somebody else took the delivery meanwhile. */
  settle(settlements: readonly DeliverySettlement[], now: number): Promise<void>;
  find(projectId: number, deliveryId: number): Promise<Delivery | null>;
  list(projectId: number, webhookId: number, page: PageRequest): Promise<Page<Delivery>>;
  /** Sends a failed one again. False when it has not failed, or there is none. */
  retry(projectId: number, deliveryId: number, now: number): Promise<boolean>;
  /** Forgets what was put in before, so many at most; gives how many. */
  sweep(before: number, limit: number): Promise<number>;
}

export interface NewDelivery {
  readonly projectId: number;
  readonly webhookId: number;
  readonly event: DeliveryEvent;
  readonly detail: JsonObject;
}

export interface DeliveryClaim {
  readonly now: number;
  readonly leaseMs: number;
  readonly limit: number;
  /** On their way to one webhook at once, from all processes together. */
  readonly perWebhook: number;
}

export interface ClaimedDelivery {
  readonly id: number;
  readonly projectId: number;
  readonly project: string;
  readonly webhookId: number;
  readonly url: string;
  readonly event: DeliveryEvent;
  /** What it is about: the id of a batch, item, document or alert. */
  readonly subject: number | null;
  readonly detail: JsonObject;
  /** This attempt included; fences late senders. */
  readonly attempts: number;
  readonly createdAt: number;
  /** As they are kept. */
  readonly secret: string;
  readonly oldSecret: string | null;
  readonly oldSecretUntil: number | null;
  readonly failingSince: number | null;
}

export interface DeliverySettlement {
  readonly id: number;
  readonly webhookId: number;
  readonly attempts: number;
  readonly attempt: DeliveryAttempt;
  readonly outcome:
    | { readonly kind: 'delivered' }
    | { readonly kind: 'retry'; readonly dueAt: number }
    | { readonly kind: 'failed' };
  /** Why the webhook is to be switched off; null: it is not. */
  readonly offReason: string | null;
}
