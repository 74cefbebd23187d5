import { showId } from '#domain/ids.ts';
import type { JsonObject } from '#domain/json.ts';
import { waitAfter } from '#domain/webhook.ts';
import type { DeliveryAttempt } from '#domain/webhook.ts';
import type { Courier, Receipt } from '#ports/courier.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import type { ClaimedDelivery, DeliverySettlement } from '#ports/store/webhooks.ts';
import { signedHeaders } from './sign-webhook.ts';
import { writeEvent } from './write-event.ts';

export interface WebhookSenderDeps {
  readonly store: Pick<Store, 'deliveries'>;
  readonly courier: Courier;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** What an ask has come to, as `GET /asks/{id}` shows it. */
  readonly askState: (delivery: ClaimedDelivery) => Promise<JsonObject>;
  readonly settings: WebhookSenderSettings;
}

export interface WebhookSenderSettings {
  /** How long a receiver may take. */
  readonly timeoutMs: number;
  /** On their way to one webhook at once. */
  readonly perWebhook: number;
  /** The first wait after a failure; the others are multiples of it. */
  readonly firstWaitMs: number;
  /** A webhook to which nothing arrived for so long is switched off. */
  readonly offAfterMs: number;
}

/** On their way at once from this process. */
const MOST_AT_ONCE = 64;
/** Beyond the time that a receiver has: to write down what came of it. */
const LEASE_GRACE_MS = 15_000;
const GONE = 410;

/**
 * Empties the outbox: takes what is due, sends it, and writes down what came of it. Whoever dies on the way leaves a
 * lease behind that runs out, so what is in the outbox arrives at least once, or is given up after a day.
 */
export class WebhookSender {
  readonly #deps: WebhookSenderDeps;
  readonly #active = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #isLooking = false;
  #isWantedAgain = false;

  constructor(deps: WebhookSenderDeps) {
    this.#deps = deps;
  }

  /** Sends what is due; returns when it is on its way. */
  async look(): Promise<void> {
    this.#isWantedAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#isWantedAgain && !this.#stopping.signal.aborted) {
        this.#isWantedAgain = false;
        await this.#take();
      }
    } finally {
      this.#isLooking = false;
    }
  }

  /** What is on its way is given a moment, then called back: it goes out again at the next start. */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stopping.abort(new Error('The server is stopping.')), graceMs);
    await Promise.allSettled(this.#active);
    clearTimeout(timer);
    this.#stopping.abort();
  }

  async #take(): Promise<void> {
    const { store, clock, settings } = this.#deps;
    const limit = MOST_AT_ONCE - this.#active.size;
    if (limit <= 0 || !(await store.deliveries.isDue(clock()))) return;
    const leaseMs = settings.timeoutMs + LEASE_GRACE_MS;
    const { perWebhook } = settings;
    const claimed = await store.deliveries.claim({ now: clock(), leaseMs, limit, perWebhook });
    for (const delivery of claimed) this.#start(delivery);
  }

  #start(delivery: ClaimedDelivery): void {
    const sending = this.#deliver(delivery)
      .catch((error: unknown) =>
        this.#deps.log('warn', 'webhook_failed', { webhookId: delivery.webhookId, why: String(error) }),
      )
      .finally(() => {
        this.#active.delete(sending);
        // There is room now, for this webhook and for all.
        void this.look().catch(() => undefined);
      });
    this.#active.add(sending);
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    const { store, clock } = this.#deps;
    const at = clock();
    const receipt = await this.#send(delivery, at);
    const tookMs = Math.max(0, clock() - at);
    const settlement = this.#judge(delivery, receipt, { at, tookMs });
    const { offReason, outcome } = settlement;
    if (offReason !== null) this.#say('error', 'webhook_off', delivery, { why: offReason });
    else if (outcome.kind === 'failed') this.#say('warn', 'webhook_given_up', delivery, settlement.attempt);
    await store.deliveries.settle([settlement], clock());
  }

  async #send(delivery: ClaimedDelivery, at: number): Promise<Receipt> {
    const { courier, settings } = this.#deps;
    const body = writeEvent(delivery, await this.#more(delivery));
    const message = { id: messageId(delivery), seconds: Math.floor(at / 1_000), body };
    const headers = {
      'content-type': 'application/json',
      ...(await signedHeaders(message, this.#secrets(delivery, at))),
    };
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(settings.timeoutMs)]);
    const receipt = await courier.send({ url: delivery.url, headers, body, signal });
    // It was the receiver's time that ran out, unless we are stopping.
    if (receipt.kind === 'failed' && receipt.error === 'interrupted' && !this.#stopping.signal.aborted)
      return { kind: 'failed', error: 'unreachable' };
    return receipt;
  }

  async #more(delivery: ClaimedDelivery): Promise<JsonObject> {
    if (delivery.event !== 'ask.completed') return {};
    // Without the answer it is told all the same: whoever hears of it can look.
    return this.#deps.askState(delivery).catch(() => ({}));
  }

  #secrets(delivery: ClaimedDelivery, now: number): string[] {
    const { sealer } = this.#deps;
    const about = secretAbout(delivery.projectId);
    const { secret, oldSecret, oldSecretUntil } = delivery;
    const isOverlapping = oldSecret !== null && oldSecretUntil !== null && oldSecretUntil > now;
    return (isOverlapping ? [secret, oldSecret] : [secret]).map((kept) => sealer.open(kept, about));
  }

  #judge(
    delivery: ClaimedDelivery,
    receipt: Receipt,
    { at, tookMs }: { readonly at: number; readonly tookMs: number },
  ): DeliverySettlement {
    const { id, webhookId, attempts } = delivery;
    const status = receipt.kind === 'answered' ? receipt.status : null;
    const error = errorOf(receipt);
    const attempt: DeliveryAttempt = { at, tookMs, status, error };
    const base = { id, webhookId, attempts, attempt, offReason: null };
    if (error === null) return { ...base, outcome: { kind: 'delivered' } };
    if (error === 'interrupted') return { ...base, outcome: { kind: 'retry', dueAt: at } };
    const offReason = this.#offReason(delivery, status, at);
    const waitMs = this.#waitOf(delivery, receipt, error);
    if (waitMs === null || status === GONE) return { ...base, offReason, outcome: { kind: 'failed' } };
    return { ...base, offReason, outcome: { kind: 'retry', dueAt: at + tookMs + waitMs } };
  }

  #waitOf({ attempts }: ClaimedDelivery, receipt: Receipt, error: string): number | null {
    const { settings, random } = this.#deps;
    if (error === 'address_refused') return null;
    const waitMs = waitAfter(attempts, settings.firstWaitMs, random);
    const askedMs = receipt.kind === 'answered' ? (receipt.retryAfterMs ?? 0) : 0;
    return waitMs === null ? null : Math.max(waitMs, askedMs);
  }

  /** The address of an ask is its caller's affair: it does not speak for those of others. */
  #offReason({ failingSince, event }: ClaimedDelivery, status: number | null, at: number): string | null {
    const { offAfterMs } = this.#deps.settings;
    if (event === 'ask.completed' || event === 'ask.failed') return null;
    if (status === GONE) return 'It answered 410 Gone.';
    if (failingSince === null || at - failingSince < offAfterMs) return null;
    return `Nothing arrived since ${new Date(failingSince).toISOString()}.`;
  }

  #say(
    level: 'warn' | 'error',
    event: string,
    { webhookId, project, event: about }: ClaimedDelivery,
    more: object,
  ): void {
    this.#deps.log(level, event, { webhook: showId('webhook', webhookId), project, about, ...more });
  }
}

/** The same for each attempt, and for no other message, also after a new beginning with an empty store. */
function messageId({ id, createdAt }: ClaimedDelivery): string {
  return `${showId('delivery', id)}_${createdAt.toString(36)}`;
}

/** What a secret of a project's webhook is sealed for. */
export function secretAbout(projectId: number): string {
  return `webhook secret of project ${projectId}`;
}

function errorOf(receipt: Receipt): string | null {
  if (receipt.kind === 'failed') return receipt.error;
  const { status } = receipt;
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirected' : 'bad_status';
}
