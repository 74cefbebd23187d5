const PREFIX = 'whsec_';
const encoder = new TextEncoder();

/**
 * Headers of a webhook as https://www.standardwebhooks.com describes them (symmetric, `v1`). Several secrets sign
 * while one takes the place of another.
 *
 * @param seconds when this attempt is made
 */
export async function signedHeaders(
  message: { readonly id: string; readonly seconds: number; readonly body: string },
  secrets: readonly string[],
): Promise<Record<string, string>> {
  const { id, seconds, body } = message;
  const content = encoder.encode(`${id}.${seconds}.${body}`);
  const signatures = await Promise.all(secrets.map((secret) => sign(secret, content)));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
  };
}

async function sign(secret: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = bytesOf(secret.slice(PREFIX.length));
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return base64Of(new Uint8Array(await crypto.subtle.sign('HMAC', key, content)));
}

/** 256 random bits, as the standard writes them. */
export function mintWebhookSecret(): string {
  return PREFIX + base64Of(crypto.getRandomValues(new Uint8Array(32)));
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
