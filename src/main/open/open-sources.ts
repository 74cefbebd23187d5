import { join } from 'node:path';
import { FileCatalogue } from '#adapters/catalogue/file/file-catalogue.ts';
import { GoogleBooks, isDrained } from '#adapters/catalogue/googlebooks/google-books.ts';
import { OpenLibrary } from '#adapters/catalogue/openlibrary/open-library.ts';
import { StoreLimiter } from '#adapters/limiter/store/store-limiter.ts';
import { PoliteUpstream } from '#adapters/upstream/polite/polite-upstream.ts';
import type { UpstreamDeps } from '#adapters/upstream/polite/polite-upstream.ts';
import { Http } from '#clients/http.ts';
import type { CatalogueDeps } from '#workloads/catalogue/author-run.ts';
import type { Catalogue } from '#ports/catalogue.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import { VERSION } from '../version.ts';

export interface Sources {
  /** In the order in which they are asked. */
  readonly catalogues: readonly Catalogue[];
  readonly close: () => Promise<void>;
}

export interface SourceParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_ANSWER_BYTES = 32 * 2 ** 20;

/** Opens the catalogues that the settings name. */
export function openSources({ config, clock, log, store }: SourceParts): Sources {
  const http = new Http({
    userAgent: userAgentOf(config),
    trustedOrigins: [config.PREHEAT_OPENLIBRARY_URL, config.PREHEAT_GOOGLEBOOKS_URL],
    timeoutMs: config.PREHEAT_SOURCE_TIMEOUT_SECONDS * 1_000,
    maxBytes: MAX_ANSWER_BYTES,
  });
  const limiter = new StoreLimiter(store.permits, clock);
  const deps: UpstreamDeps = { http, limiter, responses: store.responses, clock };
  const files: FileCatalogue[] = [];
  const open: Record<string, () => Catalogue> = {
    openlibrary: () => openLibrary(config, deps),
    googlebooks: () => googleBooks(config, deps),
    file: () => {
      const indexPath = join(config.PREHEAT_DATA, 'catalogue-index.db');
      const file = new FileCatalogue({ path: config.PREHEAT_CATALOGUE_FILE, indexPath }, { clock, log });
      files.push(file);
      return file;
    },
  };
  return {
    catalogues: config.PREHEAT_CATALOGUE_SOURCES.flatMap((name) => open[name]?.() ?? []),
    async close() {
      limiter.close();
      await http.close();
      await Promise.all(files.map((file) => file.close()));
    },
  };
}

export function ttlsOf(config: Config): CatalogueDeps['ttls'] {
  return {
    titleMs: config.PREHEAT_CATALOGUE_TITLE_TTL_HOURS * HOUR_MS,
    isbnMs: config.PREHEAT_CATALOGUE_ISBN_TTL_DAYS * DAY_MS,
    markerMs: config.PREHEAT_CATALOGUE_MARKER_TTL_DAYS * DAY_MS,
    unknownMs: 6 * HOUR_MS,
  };
}

function openLibrary(config: Config, deps: UpstreamDeps): Catalogue {
  const contact = config.PREHEAT_CATALOGUE_CONTACT;
  const upstream = new PoliteUpstream(
    {
      ...politeness(config),
      title: 'Open Library',
      baseUrl: config.PREHEAT_OPENLIBRARY_URL,
      limit: { name: 'openlibrary', calls: config.PREHEAT_OPENLIBRARY_PER_SECOND, windowMs: 1_000 },
      remedy: 'Look at PREHEAT_CATALOGUE_CONTACT: it must be a way to reach you.',
    },
    deps,
  );
  return new OpenLibrary(upstream, { contact: contact === '' ? null : contact });
}

function googleBooks(config: Config, deps: UpstreamDeps): Catalogue {
  const key = config.PREHEAT_GOOGLEBOOKS_API_KEY;
  const upstream = new PoliteUpstream(
    {
      ...politeness(config),
      title: 'Google Books',
      baseUrl: config.PREHEAT_GOOGLEBOOKS_URL,
      // In a header, not in the address: addresses end up in logs.
      ...(key === '' ? {} : { headers: { 'x-goog-api-key': key } }),
      limit: { name: 'googlebooks', calls: config.PREHEAT_GOOGLEBOOKS_PER_SECOND, windowMs: 1_000 },
      remedy: 'Look at PREHEAT_GOOGLEBOOKS_API_KEY.',
      isDrained,
    },
    deps,
  );
  return new GoogleBooks(upstream);
}

function politeness(config: Config): { readonly keptMs: number; readonly breakMs: number } {
  return { keptMs: DAY_MS, breakMs: config.PREHEAT_SOURCE_BREAK_SECONDS * 1_000 };
}

/** Name, version and whom to write to: what Open Library asks of programs. */
function userAgentOf({ PREHEAT_CATALOGUE_CONTACT: contact }: Config): string {
  return contact === '' ? `Preheat/${VERSION}` : `Preheat/${VERSION} (${contact})`;
}
