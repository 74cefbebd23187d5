import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { closeRedis, openRedis } from '#clients/redis.ts';
import type { Bus, BusFacts, Listener, Notice } from '#ports/bus.ts';
import type { Log } from '#ports/log.ts';
import { Listeners } from '../notices/listeners.ts';
import { readMessage } from '../notices/message.ts';
import type { Message } from '../notices/message.ts';
import { Outbox } from '../notices/outbox.ts';

export interface RedisBusSettings {
  readonly url: string;
  /** Begins the channel's name: installations that share a server do not hear each other. */
  readonly prefix: string;
  readonly log: Log;
  /** How often the listening connection proves that it hears: it has as long to do so. */
  readonly pulseMs?: number;
}

const PULSE_MS = 5_000;
const COMMAND_TIMEOUT_MS = 2_000;
/** Between two messages of a process. */
const GATHER_MS = 5;
/** In one message: a larger one would hold up everybody else's. */
const MOST_IN_MESSAGE = 500;

/**
 * Publish and subscribe on Redis. It may be away at the start and at any time: whoever listens looks for himself
 * meanwhile, and is told when it is back that notices may have been missed. A listening connection that went silent is
 * found out by a pulse that it has to hear, and replaced.
 */
export class RedisBus implements Bus {
  readonly #settings: RedisBusSettings;
  readonly #id = randomUUID();
  readonly #channel: string;
  readonly #listeners: Listeners;
  readonly #outbox = new Outbox(GATHER_MS, (notices) => this.#tellOthers(notices));
  readonly #speaking: Redis;
  readonly #listening: Redis;
  readonly #pulse: ReturnType<typeof setInterval>;
  #isPulseAwaited = false;
  #isUp = false;
  #wasUp = false;
  #isClosed = false;

  constructor(settings: RedisBusSettings) {
    const { url, prefix } = settings;
    this.#settings = settings;
    this.#listeners = new Listeners(settings.log);
    this.#channel = `${prefix}:bus`;
    const common = { url, commandTimeoutMs: COMMAND_TIMEOUT_MS };
    this.#speaking = openRedis({ ...common, name: 'preheat-bus' });
    this.#listening = openRedis({ ...common, name: 'preheat-bus-listening' });
    this.#listening.on('message', (_channel, text) => this.#hear(text));
    this.#listening.on('ready', () => void this.#subscribe());
    this.#listening.on('close', () => this.#lose());
    this.#speaking.connect().catch(() => undefined);
    this.#listening.connect().catch(() => undefined);
    this.#pulse = setInterval(() => this.#sendPulse(), settings.pulseMs ?? PULSE_MS);
  }

  publish(notice: Notice): void {
    this.#outbox.add(notice);
  }

  subscribe(listener: Listener): () => void {
    return this.#listeners.add(listener);
  }

  describe(): BusFacts {
    return { kind: 'redis', isUp: this.#isUp };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pulse);
    this.#outbox.close();
    this.#listeners.clear();
    closeRedis(this.#speaking);
    closeRedis(this.#listening);
    return Promise.resolve();
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#listening.subscribe(this.#channel);
    } catch {
      this.#listening.disconnect(true);
      return;
    }
    this.#isUp = true;
    this.#isPulseAwaited = false;
    if (this.#wasUp) {
      this.#settings.log('info', 'bus_back');
      this.#listeners.tell('missed');
    }
    this.#wasUp = true;
  }

  #lose(): void {
    if (this.#isUp && !this.#isClosed)
      this.#settings.log('warn', 'bus_lost', { why: 'the connection ended' });
    this.#isUp = false;
  }

  #tellOthers(notices: readonly Notice[]): void {
    for (let from = 0; from < notices.length; from += MOST_IN_MESSAGE)
      this.#send(notices.slice(from, from + MOST_IN_MESSAGE));
  }

  #send(notices: readonly Notice[]): void {
    const text = JSON.stringify({ from: this.#id, notices } satisfies Message);
    // Hints for others: they look for themselves when this cannot be said.
    this.#speaking.publish(this.#channel, text).catch(() => undefined);
  }

  #sendPulse(): void {
    if (!this.#isUp) return;
    if (this.#isPulseAwaited) return this.#listening.disconnect(true);
    this.#isPulseAwaited = true;
    this.#send([]);
  }

  #hear(text: string): void {
    const message = readMessage(text);
    if (message === null) return;
    if (message.from === this.#id) this.#isPulseAwaited = false;
    else for (const notice of message.notices) this.#listeners.tell(notice);
  }
}
