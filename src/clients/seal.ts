import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomFillSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Nonces that are drawn at once: the call costs as much as the sealing of a short text. */
const NONCES = 512;

/**
 * Encrypts small things with AES-256-GCM, each under a nonce of its own and bound to what it is about: what was sealed for
 * one place cannot be opened in another. The key is derived from the installation's secret for one use.
 *
 * The key is a `KeyObject`: given as bytes it is made one with every call, which took up to ten times as long as all the
 * rest.
 */
export class Seal {
  readonly #key: KeyObject;
  readonly #nonces = Buffer.alloc(NONCES * NONCE_BYTES);
  #used = NONCES;
  #about: { readonly words: string; readonly bytes: Buffer } = { words: '', bytes: Buffer.alloc(0) };

  /** @param use tells keys of different uses apart, such as `cache` */
  constructor(secret: string, use: string) {
    this.#key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `preheat ${use}`, 32)));
  }

  seal(plain: Uint8Array | string, about: string): Buffer {
    const nonce = this.#nonce();
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(this.#bytesOf(about));
    const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
    // Of GCM nothing is left for the end but the tag.
    cipher.final();
    const sealed = Buffer.allocUnsafe(NONCE_BYTES + body.length + TAG_BYTES);
    sealed.set(nonce);
    sealed.set(body, NONCE_BYTES);
    sealed.set(cipher.getAuthTag(), NONCE_BYTES + body.length);
    return sealed;
  }

  /** @throws when the bytes were changed, or sealed with another key or about something else */
  open(sealed: Uint8Array, about: string): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#bytesOf(about)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    // Only now is it known to be what was sealed.
    decipher.final();
    return plain;
  }

  /** Never the same twice. */
  #nonce(): Buffer {
    if (this.#used === NONCES) {
      randomFillSync(this.#nonces);
      this.#used = 0;
    }
    const from = this.#used * NONCE_BYTES;
    this.#used += 1;
    return this.#nonces.subarray(from, from + NONCE_BYTES);
  }

  /** What follows each other is mostly about the same: the items of a batch. */
  #bytesOf(words: string): Buffer {
    if (this.#about.words !== words) this.#about = { words, bytes: Buffer.from(words) };
    return this.#about.bytes;
  }
}
