import { randomUUID } from 'node:crypto';
import { dedicatedClient } from '#clients/postgres.ts';
import type { Bus, BusFacts, Listener, Notice } from '#ports/bus.ts';
import type { Log } from '#ports/log.ts';
import { Listeners } from '../notices/listeners.ts';
import { readMessage } from '../notices/message.ts';
import type { Message } from '../notices/message.ts';
import { Outbox } from '../notices/outbox.ts';
import { packMessages } from './pack-messages.ts';

type Client = ReturnType<typeof dedicatedClient>;

export interface PostgresBusSettings {
  readonly url: string;
  readonly log: Log;
  /** How often the connection proves that it hears: it has as long to answer. */
  readonly pulseMs?: number;
}

const CHANNEL = 'preheat';
const PULSE_MS = 5_000;
/** Between two NOTIFY of a process: each takes its turn among all commits of the database. */
const GATHER_MS = 10;
/** Messages kept while the server is away; more are hints that are worth nothing. */
const MOST_KEPT = 100;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * LISTEN and NOTIFY on a connection of its own.
 *
 * A listening connection can be dead for hours without an error: a router forgot it, a pooler moved it. So it is made
 * to hear itself: now and then it is sent a pulse through the server, and when that does not come back it is
 * replaced. Whoever listens is told that notices may have been missed.
 */
export class PostgresBus implements Bus {
  readonly #settings: PostgresBusSettings;
  readonly #id = randomUUID();
  readonly #listeners: Listeners;
  readonly #outbox = new Outbox(GATHER_MS, (notices) => this.#tellOthers(notices));
  #client: Client | null = null;
  readonly #pulse: ReturnType<typeof setInterval>;
  readonly #kept: string[] = [];
  #isPulseAwaited = false;
  #isClosed = false;
  #wasUp = false;

  private constructor(settings: PostgresBusSettings) {
    this.#settings = settings;
    this.#listeners = new Listeners(settings.log);
    this.#pulse = setInterval(() => this.#sendPulse(), settings.pulseMs ?? PULSE_MS);
  }

  static async open(settings: PostgresBusSettings): Promise<PostgresBus> {
    const bus = new PostgresBus(settings);
    try {
      await bus.#connect();
    } catch (error) {
      await bus.close();
      throw error;
    }
    return bus;
  }

  publish(notice: Notice): void {
    this.#outbox.add(notice);
  }

  subscribe(listener: Listener): () => void {
    return this.#listeners.add(listener);
  }

  describe(): BusFacts {
    return { kind: 'postgres', isUp: this.#client !== null };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pulse);
    this.#outbox.close();
    this.#listeners.clear();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = dedicatedClient({ url: this.#settings.url, applicationName: 'preheat bus' });
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''));
    client.on('error', (error) => this.#lose(client, error.message));
    client.on('end', () => this.#lose(client, 'it was ended'));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    if (this.#isClosed) return client.end();
    this.#client = client;
    this.#isPulseAwaited = false;
    if (this.#wasUp) this.#listeners.tell('missed');
    this.#wasUp = true;
    for (const payload of this.#kept.splice(0)) this.#send(client, payload);
  }

  #lose(client: Client, why: string): void {
    if (client !== this.#client) return;
    this.#client = null;
    this.#settings.log('warn', 'bus_lost', { why });
    destroy(client);
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.#isClosed; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
      try {
        await this.#connect();
        this.#settings.log('info', 'bus_back');
        return;
      } catch {
        // Whoever listens looks for himself meanwhile.
      }
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs);
      });
    }
  }

  #tellOthers(notices: readonly Notice[]): void {
    const payloads = packMessages(this.#id, notices);
    if (this.#client === null) this.#kept.push(...payloads.slice(0, MOST_KEPT - this.#kept.length));
    else for (const payload of payloads) this.#send(this.#client, payload);
  }

  #sendPulse(): void {
    const client = this.#client;
    if (client === null) return;
    if (this.#isPulseAwaited) return this.#lose(client, 'it does not hear itself');
    this.#isPulseAwaited = true;
    this.#send(client, JSON.stringify({ from: this.#id, notices: [] } satisfies Message));
  }

  #send(client: Client, payload: string): void {
    client
      .query({ name: 'notify', text: 'select pg_notify($1, $2)', values: [CHANNEL, payload] })
      .catch((error: unknown) => this.#lose(client, String(error)));
  }

  #hear(payload: string): void {
    const message = readMessage(payload);
    if (message === null) return;
    if (message.from === this.#id) this.#isPulseAwaited = false;
    else for (const notice of message.notices) this.#listeners.tell(notice);
  }
}

/** Not in good order: the other side may not be there to answer. */
function destroy(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
