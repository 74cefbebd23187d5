import type { CreatedWebhook } from '#core/platform/manage-webhooks.ts';
import { showId } from '#domain/ids.ts';
import type { Delivery, Webhook } from '#domain/webhook.ts';
import type * as wire from '#wire/index.ts';
import { iso, isoOrNull } from './value.ts';

export function presentWebhook(webhook: Webhook): wire.Webhook {
  const { id, kind, name, url, events, isOn, offReason } = webhook;
  return {
    id: showId('webhook', id),
    kind,
    name,
    url,
    events: [...events],
    isOn,
    offReason,
    offAt: isoOrNull(webhook.offAt),
    failingSince: isoOrNull(webhook.failingSince),
    deliveredAt: isoOrNull(webhook.deliveredAt),
    oldSecretUntil: isoOrNull(webhook.oldSecretUntil),
    createdAt: iso(webhook.createdAt),
    updatedAt: iso(webhook.updatedAt),
  };
}

export function presentCreatedWebhook({ webhook, secret }: CreatedWebhook): wire.CreatedWebhook {
  return { ...presentWebhook(webhook), secret };
}

export function presentDelivery(delivery: Delivery): wire.Delivery {
  const { id, webhookId, url, event, status, attempts, dueAt, createdAt, endedAt } = delivery;
  return {
    id: showId('delivery', id),
    webhookId: showId('webhook', webhookId),
    url,
    event,
    status,
    attempts: attempts.map((attempt) => ({ ...attempt, at: iso(attempt.at) })),
    nextAt: status === 'pending' ? iso(dueAt) : null,
    createdAt: iso(createdAt),
    endedAt: isoOrNull(endedAt),
  };
}
