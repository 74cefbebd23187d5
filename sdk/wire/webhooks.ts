import { z } from 'zod';
import { AskState } from './answers.ts';
import {
  AnyObject,
  AskId,
  BatchId,
  Count,
  DeliveryId,
  DocumentId,
  ItemId,
  PageQuery,
  pageOf,
  queryNumber,
  Time,
  WebhookId,
} from './scalars.ts';
import { ItemError, ItemStatus } from './items.ts';

export const WEBHOOK_EVENT_NAMES = [
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

export const WebhookEventName = z.enum(WEBHOOK_EVENT_NAMES).meta({
  id: 'WebhookEventName',
  description: 'Events of items come once for each item: a batch may have a million.',
});
export type WebhookEventName = z.infer<typeof WebhookEventName>;

const WebhookUrl = z.url().max(2_000).meta({ example: 'https://example.com/preheat' });
const WebhookName = z.string().trim().min(1).max(100);
const Events = z.array(WebhookEventName).max(WEBHOOK_EVENT_NAMES.length);

export const Webhook = z
  .object({
    id: WebhookId,
    kind: z.enum(['endpoint', 'callbacks']).meta({
      description: '`callbacks` signs what goes to the `callbackUrl` of asks: one a project.',
    }),
    name: z.string(),
    url: z.string().nullable(),
    events: Events,
    isOn: z.boolean(),
    offReason: z.string().nullable().meta({ description: 'Why the server switched it off.' }),
    offAt: Time.nullable(),
    failingSince: Time.nullable().meta({ description: 'null: the newest attempt arrived.' }),
    deliveredAt: Time.nullable(),
    oldSecretUntil: Time.nullable().meta({ description: 'Until then the secret before this one signs too.' }),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Webhook', description: 'Somewhere that is told what happens in the project.' });
export type Webhook = z.infer<typeof Webhook>;

export const CreatedWebhook = Webhook.extend({
  secret: z.string().meta({ description: 'What signs (`whsec_…`): shown this once.' }),
}).meta({ id: 'CreatedWebhook' });
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

export const WebhookQuery = z.strictObject(PageQuery);
export type WebhookQuery = z.input<typeof WebhookQuery>;

export const WebhookPage = pageOf(Webhook).meta({ id: 'WebhookPage' });
export type WebhookPage = z.infer<typeof WebhookPage>;

export const CreateWebhook = z
  .strictObject({
    kind: z.enum(['endpoint', 'callbacks']).default('endpoint'),
    name: WebhookName.default('webhook'),
    url: WebhookUrl.optional(),
    events: Events.default(['batch.completed', 'batch.cancelled', 'alert.raised', 'alert.cleared']),
  })
  .refine(({ kind, url }) => (kind === 'endpoint') === (url !== undefined), {
    path: ['url'],
    message: 'An endpoint takes a url; callbacks take none',
  })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhook = z.input<typeof CreateWebhook>;

export const ChangeWebhook = z
  .strictObject({
    name: WebhookName.optional(),
    url: WebhookUrl.optional(),
    events: Events.optional(),
    isOn: z.boolean().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'Name at least one thing to change')
  .meta({ id: 'ChangeWebhook' });
export type ChangeWebhook = z.input<typeof ChangeWebhook>;

export const RotateWebhook = z
  .strictObject({
    overlapHours: z.number().min(0).max(720).default(24).meta({
      description: 'How long the old secret signs beside the new one.',
    }),
  })
  .meta({ id: 'RotateWebhook' });
export type RotateWebhook = z.input<typeof RotateWebhook>;

export const TestWebhookQuery = z.strictObject({
  waitSeconds: queryNumber(0, 30).default(10).meta({ description: 'Waits so long for the first attempt.' }),
});
export type TestWebhookQuery = z.input<typeof TestWebhookQuery>;

export const Delivery = z
  .object({
    id: DeliveryId,
    webhookId: WebhookId,
    url: z
      .string()
      .nullable()
      .meta({ description: "Where it goes, when that is not the webhook's own address." }),
    event: z.string(),
    status: z.enum(['pending', 'sending', 'delivered', 'failed']).meta({
      description: '`failed`: given up. It may be sent again.',
    }),
    attempts: z.array(
      z.object({
        at: Time,
        tookMs: z.number(),
        status: Count.nullable().meta({ description: 'HTTP status; null: no response.' }),
        error: z.string().nullable().meta({ description: 'Stable code; null: it arrived.' }),
      }),
    ),
    nextAt: Time.nullable().meta({ description: 'When it is tried next.' }),
    createdAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({ id: 'Delivery', description: 'An event on its way. What the receiver says is not kept.' });
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryPage = pageOf(Delivery).meta({ id: 'DeliveryPage' });
export type DeliveryPage = z.infer<typeof DeliveryPage>;

function event<const N extends string, T extends z.ZodRawShape>(type: N, data: T) {
  return z.object({
    type: z.literal(type),
    timestamp: Time,
    data: z.object({ project: z.string(), ...data }),
  });
}

const BATCH = {
  id: BatchId,
  name: z.string().nullable(),
  workload: z.string(),
  status: z.enum(['completed', 'cancelled']),
  source: z.string(),
  round: Count,
  total: Count,
  completed: Count,
  failed: Count,
  skipped: Count,
  cancelled: Count,
  metadata: AnyObject,
  createdAt: Time,
  endedAt: Time,
};

const ITEM = {
  id: ItemId,
  batchId: BatchId,
  status: ItemStatus,
  reason: z.string().nullable(),
  error: ItemError.nullable(),
};

const ALERT = { kind: z.string(), message: z.string() };

/** What a receiver of webhooks gets, by its `type`. */
export const WebhookPayload = z
  .discriminatedUnion('type', [
    event('batch.completed', BATCH),
    event('batch.cancelled', BATCH),
    event('item.completed', ITEM),
    event('item.failed', ITEM),
    event('item.skipped', ITEM),
    event('document.published', {
      id: DocumentId,
      name: z.string(),
      corpusVersion: Count,
      isNew: z.boolean(),
    }),
    event('document.deleted', { id: DocumentId, name: z.string(), corpusVersion: Count }),
    event('alert.raised', ALERT),
    event('alert.cleared', ALERT),
    event('ask.completed', AskState.partial().extend({ id: AskId, status: ItemStatus }).shape),
    event('ask.failed', { id: AskId, status: ItemStatus, error: ItemError.nullable() }),
    event('webhook.test', { message: z.string(), webhook: WebhookId }),
  ])
  .meta({ id: 'WebhookPayload' });
export type WebhookPayload = z.infer<typeof WebhookPayload>;
