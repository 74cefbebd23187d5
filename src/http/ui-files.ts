import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Reply } from './reply.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  webmanifest: 'application/manifest+json',
};

/** Nothing from elsewhere and no inline script. Mantine writes its colours as a style element, so styles may be inline. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The admin page's built files, kept in memory; null where it was not built. */
export class UiFiles {
  readonly #folder: string;
  readonly #loaded = new Map<string, Variants>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static open(folder: string | null): UiFiles | null {
    return folder !== null && existsSync(join(folder, 'index.html')) ? new UiFiles(folder) : null;
  }

  /** A built file, or the page itself for one of its routes; null for the name of a file that is not there. */
  find(path: string, acceptEncoding: string | null): Reply | null {
    const isFileName = /\.[a-z0-9]+$/i.test(path) || path.startsWith('/assets/');
    if (isFileName && !this.#isFile(path)) return null;
    const file = isFileName ? path.slice(1) : 'index.html';
    let variants = this.#loaded.get(file);
    if (variants === undefined) {
      variants = toVariants(file, readFileSync(join(this.#folder, file)));
      this.#loaded.set(file, variants);
    }
    return acceptEncoding?.includes('gzip') === true ? variants.gzipped : variants.plain;
  }

  #isFile(path: string): boolean {
    const isInside = normalize(path) === path && !path.includes('\0') && /\.[a-z0-9]+$/.test(path);
    return isInside && existsSync(join(this.#folder, path));
  }
}

interface Variants {
  readonly plain: Reply;
  readonly gzipped: Reply;
}

function toVariants(file: string, body: Uint8Array): Variants {
  const plain = toReply(file, body);
  const headers = { ...plain.headers, Vary: 'Accept-Encoding' };
  const gzipped = { ...plain, body: gzipSync(body), headers: { ...headers, 'Content-Encoding': 'gzip' } };
  return { plain: { ...plain, headers }, gzipped };
}

function toReply(file: string, body: Uint8Array): Reply {
  const extension = file.slice(file.lastIndexOf('.') + 1);
  const isNamedByContent = file.startsWith('assets/');
  return {
    status: 200,
    body,
    headers: {
      'Content-Type': TYPES[extension] ?? 'application/octet-stream',
      'Cache-Control': isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
      'Content-Security-Policy': CSP,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  };
}
