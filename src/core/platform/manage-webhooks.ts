import { Fault, notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';
import type { Delivery, Webhook } from '#domain/webhook.ts';
import type { Courier } from '#ports/courier.ts';
import type { Clock } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import type { NewWebhook, WebhookChanges } from '#ports/store/webhooks.ts';
import type { Wait } from '../queue/views.ts';
import { secretAbout } from './deliver-webhooks.ts';
import { mintWebhookSecret } from './sign-webhook.ts';

export interface ManageWebhooksDeps {
  readonly store: Pick<Store, 'webhooks' | 'deliveries'>;
  readonly courier: Pick<Courier, 'refusal'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** Sends what is due. */
  readonly wake: () => void;
}

export type WebhookDraft = Pick<NewWebhook, 'kind' | 'name' | 'url' | 'events'>;

/** With the secret, this once. */
export interface CreatedWebhook {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** @throws Fault invalid; conflict `too_many_webhooks`, `callbacks_exist` */
export async function createWebhook(
  deps: ManageWebhooksDeps,
  project: Project,
  draft: WebhookDraft,
): Promise<CreatedWebhook> {
  if (draft.url !== null) checkWebhookUrl(deps, 'url', draft.url);
  const secret = mintWebhookSecret();
  const kept = deps.sealer.seal(secret, secretAbout(project.id));
  const webhook = await deps.store.webhooks.create(
    { ...draft, projectId: project.id, secret: kept },
    deps.clock(),
  );
  return { webhook, secret };
}

/** @throws Fault invalid, not_found */
export async function changeWebhook(
  deps: ManageWebhooksDeps,
  project: Project,
  webhookId: number,
  changes: WebhookChanges,
): Promise<Webhook> {
  const before = await getWebhook(deps, project, webhookId);
  if (before.kind === 'callbacks' && (changes.url !== undefined || changes.events !== undefined))
    throw new Fault(
      'invalid',
      'callbacks_have_no_address',
      'The webhook for callbacks has no address and no events: each ask brings its own address.',
    );
  if (changes.url !== undefined && changes.url !== null) checkWebhookUrl(deps, 'url', changes.url);
  const changed = await deps.store.webhooks.change(project.id, webhookId, changes, deps.clock());
  deps.wake();
  return changed ?? missing(webhookId);
}

/** A new secret; the one before signs too for `overlapMs`. @throws Fault not_found; conflict `rotated_meanwhile` */
export async function rotateWebhook(
  deps: ManageWebhooksDeps,
  project: Project,
  { webhookId, overlapMs }: { readonly webhookId: number; readonly overlapMs: number },
): Promise<CreatedWebhook> {
  await getWebhook(deps, project, webhookId);
  const { webhooks } = deps.store;
  const [kept] = await webhooks.secrets(webhookId - 1, 1);
  if (kept?.id !== webhookId) return missing(webhookId);
  const secret = mintWebhookSecret();
  const now = deps.clock();
  const sealed = deps.sealer.seal(secret, secretAbout(project.id));
  const rotation = { secret: sealed, oldUntil: now + overlapMs, replaces: kept.secret };
  const webhook = await webhooks.rotate(project.id, webhookId, rotation, now);
  if (webhook !== null) return { webhook, secret };
  await getWebhook(deps, project, webhookId);
  throw new Fault(
    'conflict',
    'rotated_meanwhile',
    `The secret of webhook ${showId('webhook', webhookId)} was changed by somebody else at the same time, and stays as they made it: ask them for it, or rotate it again.`,
  );
}

/** @throws Fault not_found */
export async function getWebhook(
  { store }: Pick<ManageWebhooksDeps, 'store'>,
  project: Project,
  webhookId: number,
): Promise<Webhook> {
  return (await store.webhooks.find(project.id, webhookId)) ?? missing(webhookId);
}

const LOOK_MS = 50;

/** Sends a test and waits for its first attempt. @throws Fault not_found; conflict `webhook_off` */
export async function testWebhook(
  deps: ManageWebhooksDeps,
  project: Project,
  webhookId: number,
  wait: Wait,
): Promise<Delivery> {
  const webhook = await getWebhook(deps, project, webhookId);
  const detail = { message: 'A test: nothing has happened.', webhook: showId('webhook', webhookId) };
  const added = webhook.isOn
    ? await deps.store.deliveries.add(
        { projectId: project.id, webhookId, event: 'webhook.test', detail },
        deps.clock(),
      )
    : null;
  if (added === null)
    throw new Fault(
      'conflict',
      'webhook_off',
      `Webhook ${showId('webhook', webhookId)} is switched off, or has no address: switch it on first.`,
    );
  deps.wake();
  const until = deps.clock() + wait.seconds * 1_000;
  let delivery: Delivery | null = added;
  while (delivery?.attempts.length === 0 && deps.clock() < until && !wait.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    delivery = await deps.store.deliveries.find(project.id, added.id);
  }
  return delivery ?? added;
}

/** @throws Fault not_found; conflict `not_failed` */
export async function retryDelivery(
  deps: ManageWebhooksDeps,
  project: Project,
  deliveryId: number,
): Promise<Delivery> {
  const isRetried = await deps.store.deliveries.retry(project.id, deliveryId, deps.clock());
  const delivery = await deps.store.deliveries.find(project.id, deliveryId);
  if (delivery === null) throw notFound('delivery', showId('delivery', deliveryId));
  if (!isRetried)
    throw new Fault(
      'conflict',
      'not_failed',
      `Delivery ${showId('delivery', deliveryId)} is ${delivery.status}: only one that was given up is sent again.`,
    );
  deps.wake();
  return delivery;
}

/** @throws Fault invalid `address_refused` */
export function checkWebhookUrl(
  { courier }: Pick<ManageWebhooksDeps, 'courier'>,
  field: string,
  url: string,
): void {
  const why = courier.refusal(url);
  if (why === null) return;
  throw new Fault('invalid', 'address_refused', `${field} ${why}.`, { problems: [{ field, message: why }] });
}

/** Seals anew what was sealed with an older key, or not at all. */
export async function resealWebhooks({
  store,
  sealer,
}: Pick<ManageWebhooksDeps, 'sealer'> & { readonly store: Pick<Store, 'webhooks'> }): Promise<number> {
  let resealed = 0;
  let afterId = 0;
  for (;;) {
    const some = await store.webhooks.secrets(afterId, 100);
    for (const kept of some) {
      const about = secretAbout(kept.projectId);
      const anew = (text: string): string => sealer.seal(sealer.open(text, about), about);
      const { projectId, secret, oldSecret } = kept;
      if (sealer.isCurrent(secret) && (oldSecret === null || sealer.isCurrent(oldSecret))) continue;
      const after = {
        projectId,
        secret: anew(secret),
        oldSecret: oldSecret === null ? null : anew(oldSecret),
      };
      if (await store.webhooks.reseal(kept, after)) resealed += 1;
    }
    const last = some.at(-1);
    if (last === undefined) return resealed;
    afterId = last.id;
  }
}

function missing(webhookId: number): never {
  throw notFound('webhook', showId('webhook', webhookId));
}
