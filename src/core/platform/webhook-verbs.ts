import type { Page, PageRequest } from '#domain/page.ts';
import type { Project } from '#domain/project.ts';
import type { Delivery, Webhook } from '#domain/webhook.ts';
import type { WebhookChanges } from '#ports/store/webhooks.ts';
import type { Wait } from '../queue/views.ts';
import type { CreatedWebhook, WebhookDraft } from './manage-webhooks.ts';

/** Who is told what happens in a project. */
export interface WebhookVerbs {
  create(project: Project, draft: WebhookDraft): Promise<CreatedWebhook>;
  change(project: Project, webhookId: number, changes: WebhookChanges): Promise<Webhook>;
  /** A new secret; the one before signs too for a while. */
  rotate(project: Project, webhookId: number, overlapMs: number): Promise<CreatedWebhook>;
  delete(project: Project, webhookId: number): Promise<void>;
  get(project: Project, webhookId: number): Promise<Webhook>;
  list(project: Project, page: PageRequest): Promise<Page<Webhook>>;
  /** Sends a test, and waits for its first attempt. */
  test(project: Project, webhookId: number, wait: Wait): Promise<Delivery>;
  deliveries(project: Project, webhookId: number, page: PageRequest): Promise<Page<Delivery>>;
  retry(project: Project, deliveryId: number): Promise<Delivery>;
}
