import { hkdfSync } from 'node:crypto';
import { Seal } from '#clients/seal.ts';
import { Fault } from '#domain/fault.ts';
import type { Sealer } from '#ports/sealer.ts';

/** `sealed:1:<key>:<nonce, text and tag, base64url>` */
const PREFIX = 'sealed:1:';

/**
 * AES-256-GCM with keys made of the installation's secrets. The first secret seals, all of them open: one is rotated by
 * putting the new one in front, and taken away once everything is sealed anew.
 */
export class AesSealer implements Sealer {
  readonly #seals: ReadonlyMap<string, Seal>;
  readonly #newest: string | null;

  /** @param secrets newest first; none: nothing is sealed */
  constructor(secrets: readonly string[]) {
    this.#seals = new Map(secrets.map((secret) => [nameOf(secret), new Seal(secret, 'secrets')]));
    this.#newest = secrets[0] === undefined ? null : nameOf(secrets[0]);
  }

  seal(text: string, about: string): string {
    if (this.#newest === null) return text;
    const sealed = (this.#seals.get(this.#newest) as Seal).seal(Buffer.from(text), about);
    return `${PREFIX}${this.#newest}:${sealed.toString('base64url')}`;
  }

  open(kept: string, about: string): string {
    if (!kept.startsWith(PREFIX)) return kept;
    const [name = '', text = ''] = kept.slice(PREFIX.length).split(':');
    const seal = this.#seals.get(name);
    if (seal === undefined) throw unknownKey(name);
    try {
      return seal.open(Buffer.from(text, 'base64url'), about).toString('utf8');
    } catch (cause) {
      throw new Fault('internal', 'seal_broken', `What was sealed for ${about} was changed since.`, {
        cause,
      });
    }
  }

  isCurrent(kept: string): boolean {
    if (this.#newest === null) return !kept.startsWith(PREFIX);
    return kept.startsWith(`${PREFIX}${this.#newest}:`);
  }
}

/** Tells keys apart and says nothing about them. */
function nameOf(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'preheat name of key', 4)).toString('hex');
}

function unknownKey(name: string): Fault {
  return new Fault(
    'unavailable',
    'sealed_with_unknown_key',
    `A secret was sealed with the key ${name}, which PREHEAT_ENCRYPTION_KEY does not hold: put that key behind the new one, with a comma between.`,
  );
}
