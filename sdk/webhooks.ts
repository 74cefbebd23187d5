import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import type {
  ChangeWebhook,
  CreatedWebhook,
  CreateWebhook,
  Delivery,
  DeliveryPage,
  RotateWebhook,
  TestWebhookQuery,
  Webhook,
  WebhookPage,
  WebhookQuery,
} from './wire/webhooks.ts';

/** Who is told what happens in the project. What they get is checked with `verifyWebhook`. */
export class WebhooksApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** With the secret, this once. */
  create(webhook: CreateWebhook, options: CreateOptions = {}): Promise<CreatedWebhook> {
    return this.#transport.json('/webhooks', { ...options, method: 'POST', json: webhook });
  }

  list(query: WebhookQuery = {}, options: CallOptions = {}): Promise<WebhookPage> {
    return this.#transport.json('/webhooks', { ...options, query });
  }

  get(id: string, options: CallOptions = {}): Promise<Webhook> {
    return this.#transport.json(pathOf(id), options);
  }

  change(id: string, changes: ChangeWebhook, options: CallOptions = {}): Promise<Webhook> {
    return this.#transport.json(pathOf(id), { ...options, method: 'PATCH', json: changes });
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.none(pathOf(id), { ...options, method: 'DELETE' });
  }

  /** A new secret; the one before signs too for a while. */
  rotate(id: string, rotation: RotateWebhook = {}, options: CallOptions = {}): Promise<CreatedWebhook> {
    return this.#transport.json(`${pathOf(id)}/rotate`, { ...options, method: 'POST', json: rotation });
  }

  /** Sends a test, and waits for its first attempt. */
  test(id: string, query: TestWebhookQuery = {}, options: CallOptions = {}): Promise<Delivery> {
    return this.#transport.json(`${pathOf(id)}/test`, { ...options, method: 'POST', query });
  }

  /** What was told it and is to be told, newest first. */
  deliveries(id: string, query: WebhookQuery = {}, options: CallOptions = {}): Promise<DeliveryPage> {
    return this.#transport.json(`${pathOf(id)}/deliveries`, { ...options, query });
  }

  /** Sends one again that was given up. */
  retry(deliveryId: string, options: CallOptions = {}): Promise<Delivery> {
    return this.#transport.json(`/deliveries/${encodeURIComponent(deliveryId)}/retry`, {
      ...options,
      method: 'POST',
    });
  }
}

function pathOf(id: string): string {
  return `/webhooks/${encodeURIComponent(id)}`;
}
