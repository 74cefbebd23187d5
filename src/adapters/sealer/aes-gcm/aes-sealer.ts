import { hkdfSync } from 'node:crypto';
import { Seal } from '#clients/seal.ts';
import { Fault } from '#domain/fault.ts';
import type { Sealer } from '#ports/sealer.ts';

/** `sealed:1:<key>:<nonce, text and tag, base64url>` */
const PREFIX = 'sealed:1:';

export interface SealerKeys {
  /** Seals; null: what comes stays as it is. */
  readonly newest: string | null;
  /** Open, the newest among them. */
  readonly all: readonly string[];
}

/**
 * AES-256-GCM with keys made of the installation's secrets. The newest secret seals, all of them open: one is rotated by
 * putting the new one in front, and taken away once everything is sealed anew.
 */
export class AesSealer implements Sealer {
  readonly newest: string | null;
  readonly names: readonly string[];
  readonly #seals: ReadonlyMap<string, Seal>;
  /** What a text begins with that is kept as it would be kept now. */
  readonly #head: string;
  readonly #seal: Seal | null;

  constructor({ newest, all }: SealerKeys) {
    this.#seals = new Map(all.map((secret) => [nameOf(secret), new Seal(secret, 'secrets')]));
    this.names = [...this.#seals.keys()];
    this.newest = newest === null ? null : nameOf(newest);
    this.#head = `${PREFIX}${this.newest ?? ''}:`;
    this.#seal = this.newest === null ? null : (this.#seals.get(this.newest) ?? null);
  }

  seal(text: string, about: string): string {
    if (this.#seal === null) return text;
    return this.#head + this.#seal.seal(text, about).toString('base64url');
  }

  open(kept: string, about: string): string {
    if (!kept.startsWith(PREFIX)) return kept;
    const name = keyIn(kept);
    const seal = this.#seals.get(name);
    if (seal === undefined) throw unknownKey(name);
    try {
      return seal
        .open(Buffer.from(kept.slice(PREFIX.length + name.length + 1), 'base64url'), about)
        .toString('utf8');
    } catch (cause) {
      const message = `What was sealed as ${about} was changed since, or moved there from elsewhere: restore it from a backup, or delete it.`;
      throw new Fault('unavailable', 'seal_broken', message, { cause });
    }
  }

  isSealed(kept: string): boolean {
    return kept.startsWith(PREFIX) && this.#seals.has(keyIn(kept));
  }

  isCurrent(kept: string): boolean {
    return this.newest === null ? !kept.startsWith(PREFIX) : kept.startsWith(this.#head);
  }
}

function keyIn(kept: string): string {
  return kept.slice(PREFIX.length, kept.indexOf(':', PREFIX.length));
}

/** Tells keys apart and says nothing about them. */
function nameOf(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'preheat name of key', 4)).toString('hex');
}

function unknownKey(name: string): Fault {
  return new Fault(
    'unavailable',
    'sealed_with_unknown_key',
    `Something was sealed with the key ${name}, which PREHEAT_ENCRYPTION_KEY does not hold: put that key behind the new one, with a comma between, and start again.`,
  );
}
