import { SmtpCourier } from '#adapters/courier/smtp/smtp-courier.ts';
import { HttpCourier } from '#adapters/courier/http/http-courier.ts';
import { Http } from '#clients/http.ts';
import type { App } from '#core/app.ts';
import { WebhookSender } from '#core/platform/deliver-webhooks.ts';
import type { WebhookSenderDeps } from '#core/platform/deliver-webhooks.ts';
import {
  changeWebhook,
  createWebhook,
  getWebhook,
  resealWebhooks,
  retryDelivery,
  rotateWebhook,
  testWebhook,
} from '#core/platform/manage-webhooks.ts';
import type { ManageWebhooksDeps } from '#core/platform/manage-webhooks.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { JsonObject } from '#domain/json.ts';
import type { WorkerRole } from '#domain/worker.ts';
import { presentAsk } from '#http/present/item.ts';
import type { Courier } from '#ports/courier.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import { VERSION } from '../version.ts';

export interface WebhookBindings {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  /** Servers send; other processes only write down what is to be sent. */
  readonly role: WorkerRole;
  /** No other server can be at this store. */
  readonly isAlone: boolean;
  readonly asks: () => App['asks'];
}

export interface BoundWebhooks {
  readonly verbs: App['webhooks'];
  readonly courier: Courier;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What happens is told within about this. */
const LOOK_MS = 250;
const SWEEP_MS = 60_000;
const SWEPT_AT_ONCE = 2_000;
const DAY_MS = 86_400_000;
/** A stop waits so long for what is on its way. */
const GRACE_MS = 2_000;
const MAX_ANSWER_BYTES = 1 << 20;

/** Binds webhooks to their parts, and sends what is in the outbox. */
export function bindWebhooks(parts: WebhookBindings): BoundWebhooks {
  const { store, sealer, clock, log, config, role } = parts;
  const http = openHttp(config);
  const mail = new SmtpCourier({
    url: config.PREHEAT_SMTP_URL,
    from: config.PREHEAT_MAIL_FROM,
    timeoutMs: config.PREHEAT_WEBHOOK_TIMEOUT_SECONDS * 1_000,
  });
  const courier = byAddress(new HttpCourier(http, config.PREHEAT_OUTBOUND_ALLOW), mail);
  const sender = new WebhookSender(senderDeps(parts, courier));
  const wake = (): void => {
    sender.look().catch((error: unknown) => log('warn', 'upkeep_failed', { why: String(error) }));
  };
  const keptMs = config.PREHEAT_WEBHOOK_KEPT_DAYS * DAY_MS;
  const timers: ReturnType<typeof setInterval>[] = [];
  return {
    verbs: bindVerbs({ store, clock, courier, sealer, wake }),
    courier,
    async start() {
      if (role !== 'server') return;
      if (parts.isAlone) await store.deliveries.release();
      const resealed = await resealWebhooks({ store, sealer });
      if (resealed > 0) log('info', 'secrets_sealed_anew', { count: resealed });
      timers.push(
        every(LOOK_MS, log, () => sender.look()),
        every(
          SWEEP_MS,
          log,
          async () => void (await store.deliveries.sweep(clock() - keptMs, SWEPT_AT_ONCE)),
        ),
      );
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      await sender.close(GRACE_MS);
      await http.close();
      await mail.close();
    },
  };
}

/** Letters go by mail, everything else by HTTP. */
function byAddress(web: Courier, mail: Courier): Courier {
  const courierOf = (url: string): Courier => (url.toLowerCase().startsWith('mailto:') ? mail : web);
  return {
    refusal: (url) => courierOf(url).refusal(url),
    send: (parcel) => courierOf(parcel.url).send(parcel),
  };
}

function openHttp(config: Config): Http {
  return new Http({
    userAgent: `Preheat/${VERSION} (webhooks)`,
    trustedOrigins: [],
    allowed: config.PREHEAT_OUTBOUND_ALLOW,
    timeoutMs: config.PREHEAT_WEBHOOK_TIMEOUT_SECONDS * 1_000,
    maxBytes: MAX_ANSWER_BYTES,
    connections: config.PREHEAT_WEBHOOK_CONCURRENCY,
  });
}

function senderDeps(
  { store, sealer, clock, log, config, asks }: WebhookBindings,
  courier: Courier,
): WebhookSenderDeps {
  return {
    store,
    courier,
    sealer,
    clock,
    log,
    random: Math.random,
    async askState({ project: name, subject }) {
      const project = await store.projects.findByName(name);
      if (project === null) return {};
      const wait = {
        seconds: 0,
        signal: AbortSignal.timeout(config.PREHEAT_WEBHOOK_TIMEOUT_SECONDS * 1_000),
      };
      const askId = subject as number;
      const view = await asks().get(project, askId, wait);
      return presentAsk(askId, view) as unknown as JsonObject;
    },
    settings: {
      timeoutMs: config.PREHEAT_WEBHOOK_TIMEOUT_SECONDS * 1_000,
      perWebhook: config.PREHEAT_WEBHOOK_CONCURRENCY,
      firstWaitMs: config.PREHEAT_WEBHOOK_RETRY_MS,
      offAfterMs: config.PREHEAT_WEBHOOK_OFF_HOURS * 3_600_000,
    },
  };
}

function bindVerbs(deps: ManageWebhooksDeps): App['webhooks'] {
  const { store } = deps;
  return {
    create: (project, draft) => createWebhook(deps, project, draft),
    change: (project, webhookId, changes) => changeWebhook(deps, project, webhookId, changes),
    rotate: (project, webhookId, overlapMs) => rotateWebhook(deps, project, { webhookId, overlapMs }),
    async delete(project, webhookId) {
      if (!(await store.webhooks.remove(project.id, webhookId)))
        throw notFound('webhook', showId('webhook', webhookId));
    },
    get: (project, webhookId) => getWebhook(deps, project, webhookId),
    list: (project, page) => store.webhooks.list(project.id, page),
    test: (project, webhookId, wait) => testWebhook(deps, project, webhookId, wait),
    async deliveries(project, webhookId, page) {
      await getWebhook(deps, project, webhookId);
      return store.deliveries.list(project.id, webhookId, page);
    },
    retry: (project, deliveryId) => retryDelivery(deps, project, deliveryId),
  };
}
