import type { Transporter } from 'nodemailer';
import type { Courier, Parcel, Receipt } from '#ports/courier.ts';
import { letterOf } from './letter.ts';

export interface SmtpSettings {
  /** `smtp://user:password@host:port`, or `smtps://…`; empty: no mail is sent. */
  readonly url: string;
  readonly from: string;
  readonly timeoutMs: number;
}

const MAILTO = /^mailto:([^\s@<>",;:()[\]\\]{1,64}@[^\s@<>",;:()[\]\\]{1,190})$/i;

/** Sends what is told as mail. The library is loaded with the first letter. */
export class SmtpCourier implements Courier {
  readonly #settings: SmtpSettings;
  #transport: Promise<Transporter> | null = null;

  constructor(settings: SmtpSettings) {
    this.#settings = settings;
  }

  refusal(url: string): string | null {
    if (this.#settings.url === '')
      return 'is a mail address, and no mail is sent: set PREHEAT_SMTP_URL first';
    return MAILTO.test(url) ? null : 'must be one mail address, such as mailto:ops@example.com';
  }

  async send({ url, headers, body, signal }: Parcel): Promise<Receipt> {
    const to = MAILTO.exec(url)?.[1];
    if (to === undefined || this.#settings.url === '') return { kind: 'failed', error: 'address_refused' };
    try {
      const transport = await (this.#transport ??= this.#open());
      const sent = transport.sendMail({
        from: this.#settings.from,
        to: { name: '', address: to },
        messageId: `<${headers['webhook-id']}@preheat>`,
        ...letterOf(body),
      });
      await Promise.race([sent, aborted(signal)]);
      return { kind: 'answered', status: 250, retryAfterMs: null };
    } catch (error) {
      if (signal.aborted) return { kind: 'failed', error: 'interrupted' };
      const { responseCode } = error as { responseCode?: number };
      return responseCode === undefined
        ? { kind: 'failed', error: 'unreachable' }
        : { kind: 'answered', status: responseCode, retryAfterMs: null };
    }
  }

  async close(): Promise<void> {
    (await this.#transport)?.close();
  }

  async #open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const { url, timeoutMs } = this.#settings;
    const waits = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
    // What was written elsewhere names no file and no address that would be read into a letter.
    return createTransport({ url, ...waits, disableFileAccess: true, disableUrlAccess: true });
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
