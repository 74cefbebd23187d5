import type { App } from '#core/app.ts';
import * as wire from '#wire/index.ts';
import { idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { presentCreatedWebhook, presentDelivery, presentWebhook } from '../present/webhook.ts';
import { pageReply } from '../present/value.ts';
import { empty, json } from '../reply.ts';

type Changes = Parameters<App['webhooks']['change']>[2];

const TAG = 'Webhooks';

const create = inProject({
  method: 'post',
  path: '/webhooks',
  tag: TAG,
  scope: 'admin',
  summary: 'Tell an address what happens in the project',
  description:
    'Signed as https://www.standardwebhooks.com describes. The secret is in this response and no other. A kind `callbacks` has no address: it signs what goes to the `callbackUrl` of asks.',
  body: wire.CreateWebhook,
  replies: { 201: wire.CreatedWebhook },
  handle: async ({ project, body }, { app }) => {
    const { kind, name, url = null } = body;
    const events = kind === 'callbacks' ? [] : body.events;
    const created = presentCreatedWebhook(await app.webhooks.create(project, { kind, name, url, events }));
    return json(201, created, { Location: `/api/v1/webhooks/${created.id}` });
  },
});

const list = inProject({
  method: 'get',
  path: '/webhooks',
  tag: TAG,
  scope: 'admin',
  summary: 'List webhooks, newest first',
  query: wire.WebhookQuery,
  replies: { 200: wire.WebhookPage },
  handle: async ({ project, query: { limit, cursor } }, { app }) =>
    json(200, pageReply(await app.webhooks.list(project, { limit, cursor: cursor ?? null }), presentWebhook)),
});

const get = inProject({
  method: 'get',
  path: '/webhooks/{webhookId}',
  tag: TAG,
  scope: 'admin',
  summary: 'One webhook',
  replies: { 200: wire.Webhook },
  handle: async (call, { app }) =>
    json(200, presentWebhook(await app.webhooks.get(call.project, idIn(call, 'webhook')))),
});

const change = inProject({
  method: 'patch',
  path: '/webhooks/{webhookId}',
  tag: TAG,
  scope: 'admin',
  summary: 'Change a webhook, or switch it on or off',
  description: 'What was to be told while it is off waits for it, as long as the log is kept.',
  body: wire.ChangeWebhook,
  replies: { 200: wire.Webhook },
  handle: async (call, { app }) => {
    const changes = Object.fromEntries(
      Object.entries(call.body).filter(([, value]) => value !== undefined),
    ) as Changes;
    return json(200, presentWebhook(await app.webhooks.change(call.project, idIn(call, 'webhook'), changes)));
  },
});

const remove = inProject({
  method: 'delete',
  path: '/webhooks/{webhookId}',
  tag: TAG,
  scope: 'admin',
  summary: 'Delete a webhook, with what was still to be told it',
  replies: { 204: null },
  handle: async (call, { app }) => {
    await app.webhooks.delete(call.project, idIn(call, 'webhook'));
    return empty(204);
  },
});

const rotate = inProject({
  method: 'post',
  path: '/webhooks/{webhookId}/rotate',
  tag: TAG,
  scope: 'admin',
  summary: 'A new secret; the one before signs too for a while',
  body: wire.RotateWebhook,
  isBodyOptional: true,
  replies: { 201: wire.CreatedWebhook },
  handle: async (call, { app }) => {
    const overlapMs = Math.round(call.body.overlapHours * 3_600_000);
    return json(
      201,
      presentCreatedWebhook(await app.webhooks.rotate(call.project, idIn(call, 'webhook'), overlapMs)),
    );
  },
});

const test = inProject({
  method: 'post',
  path: '/webhooks/{webhookId}/test',
  tag: TAG,
  scope: 'admin',
  summary: 'Send a test, and wait for its first attempt',
  query: wire.TestWebhookQuery,
  replies: { 200: wire.Delivery },
  handle: async (call, { app }) => {
    const wait = { seconds: call.query.waitSeconds, signal: call.c.req.raw.signal };
    return json(200, presentDelivery(await app.webhooks.test(call.project, idIn(call, 'webhook'), wait)));
  },
});

const deliveries = inProject({
  method: 'get',
  path: '/webhooks/{webhookId}/deliveries',
  tag: TAG,
  scope: 'admin',
  summary: 'What was told it and is to be told, newest first',
  query: wire.WebhookQuery,
  replies: { 200: wire.DeliveryPage },
  handle: async (call, { app }) => {
    const { limit, cursor } = call.query;
    const page = { limit, cursor: cursor ?? null };
    const found = await app.webhooks.deliveries(call.project, idIn(call, 'webhook'), page);
    return json(200, pageReply(found, presentDelivery));
  },
});

const retry = inProject({
  method: 'post',
  path: '/deliveries/{deliveryId}/retry',
  tag: TAG,
  scope: 'admin',
  summary: 'Send one again that was given up',
  replies: { 200: wire.Delivery },
  handle: async (call, { app }) =>
    json(200, presentDelivery(await app.webhooks.retry(call.project, idIn(call, 'delivery')))),
});

export const webhookEndpoints: readonly Endpoint[] = [
  create,
  list,
  get,
  change,
  remove,
  rotate,
  test,
  deliveries,
  retry,
];
