import type { WebhookPayload } from './wire/webhooks.ts';

/** A webhook that is not what it says it is. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  /** What is wrong: `missing_header`, `bad_timestamp`, `bad_signature`, `bad_secret` or `bad_body`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ReceivedWebhook {
  /** The same for each attempt to deliver it: remember it, and do nothing when it comes again. */
  readonly id: string;
  readonly event: WebhookPayload;
}

export interface VerifyOptions {
  /** How far the time of sending may be from now, either way. */
  readonly toleranceSeconds?: number;
  /** Epoch milliseconds; the clock's when absent. */
  readonly now?: number;
}

const TOLERANCE_SECONDS = 300;
const PREFIX = 'whsec_';

/**
 * Checks that a webhook comes from the holder of the secret, unchanged and just now, and reads it. In the form of
 * https://www.standardwebhooks.com.
 *
 * @param body as it came, before anything parsed it
 * @param secrets `whsec_…`; several while one takes the place of another
 * @throws WebhookError
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  secrets: string | readonly string[],
  options: VerifyOptions = {},
): Promise<ReceivedWebhook> {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  checkTime(timestamp, options);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const content = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const given = signatures.split(' ').flatMap((each) => (each.startsWith('v1,') ? [each.slice(3)] : []));
  for (const secret of typeof secrets === 'string' ? [secrets] : secrets) {
    if (await isSigned(content, given, secret)) return { id, event: read(text) };
  }
  throw new WebhookError('bad_signature', 'The webhook was not signed with this secret, or was changed.');
}

function headerOf(headers: Parameters<typeof verifyWebhook>[1], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new WebhookError('missing_header', `The webhook has no header ${name}.`);
}

function checkTime(timestamp: string, { toleranceSeconds = TOLERANCE_SECONDS, now }: VerifyOptions): void {
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : NaN;
  const apart = Math.abs((now ?? Date.now()) / 1_000 - seconds);
  if (apart <= toleranceSeconds) return;
  throw new WebhookError('bad_timestamp', 'The webhook was not sent just now: it may be a replay.');
}

/** `subtle.verify` compares in constant time. */
async function isSigned(
  content: Uint8Array<ArrayBuffer>,
  signatures: readonly string[],
  secret: string,
): Promise<boolean> {
  const raw = bytesOf(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
  if (raw === null || raw.length === 0)
    throw new WebhookError('bad_secret', 'The secret is no whsec_… text.');
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  for (const signature of signatures) {
    const bytes = bytesOf(signature);
    if (bytes !== null && (await crypto.subtle.verify('HMAC', key, bytes, content))) return true;
  }
  return false;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function read(text: string): WebhookPayload {
  try {
    return JSON.parse(text) as WebhookPayload;
  } catch {
    throw new WebhookError('bad_body', 'The webhook is signed, and its body is not JSON.');
  }
}
