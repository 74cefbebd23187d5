import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Fault } from '#domain/fault.ts';
import type { Reply } from '../reply.ts';

/** Nothing from elsewhere, no inline script, no frames. Swagger UI draws its icons from data: addresses. */
const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const STRICT_CSP = PAGE_CSP.replace(" 'unsafe-inline'", '');

interface Page {
  readonly file: string;
  readonly type: string;
  readonly isFromSwagger?: boolean;
}

const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

const FILES: Readonly<Record<string, Page>> = {
  '/': { file: 'landing.html', type: HTML },
  '/landing.css': { file: 'landing.css', type: CSS },
  '/docs': { file: 'docs.html', type: HTML },
  '/docs/start.js': { file: 'docs.js', type: SCRIPT },
  '/docs/swagger-ui.css': { file: 'swagger-ui.css', type: CSS, isFromSwagger: true },
  '/docs/swagger-ui-bundle.js': { file: 'swagger-ui-bundle.js', type: SCRIPT, isFromSwagger: true },
  '/docs/favicon-32x32.png': { file: 'favicon-32x32.png', type: 'image/png', isFromSwagger: true },
};

export const PAGES: readonly string[] = Object.keys(FILES);

const LOADED = new Map<string, Uint8Array>();

/** A page or one of its files, read from disk the first time. */
export function pageOf(path: string): Reply {
  const page = FILES[path];
  if (page === undefined) throw new Fault('not_found', 'unknown_route', `There is no page at ${path}.`);
  let body = LOADED.get(path);
  if (body === undefined) {
    body = readFileSync(join(page.isFromSwagger === true ? swaggerFolder() : pagesFolder(), page.file));
    LOADED.set(path, body);
  }
  return {
    status: 200,
    body,
    headers: {
      'Content-Type': page.type,
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': path.startsWith('/docs') ? PAGE_CSP : STRICT_CSP,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  };
}

function pagesFolder(): string {
  return join(import.meta.dirname, '..', 'pages');
}

function swaggerFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}
