import { createStackParser, createTransport, linkedErrorsIntegration, Scope } from '@sentry/core';
import type { ErrorEvent } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import { hostname } from 'node:os';
import type { ErrorReporter } from '#ports/error-reporter.ts';
import { scrub } from './scrub.ts';

export interface SentrySettings {
  readonly dsn: string;
  readonly environment: string;
  /** Of the program. */
  readonly release: string;
  /** Its message could not be sent; nothing else comes of it. */
  readonly onFailure: (why: string) => void;
}

/** The same is said once a minute. */
const SAME_AGAIN_MS = 60_000;
const MOST_REMEMBERED = 500;
const FLUSH_MS = 2_000;
const SEND_MS = 10_000;

/**
 * Sends errors to Sentry, or to what speaks like it. It gathers nothing by itself: no request, no breadcrumb, no
 * variable, no source line. An event has the kind of an error, its scrubbed message, its stack, and what we say of it.
 */
export class SentryReporter implements ErrorReporter {
  readonly #client: ServerRuntimeClient;
  /** When what was last reported, so that one defect at each request is not a thousand reports. */
  readonly #reported = new Map<string, number>();

  constructor({ dsn, environment, release, onFailure }: SentrySettings) {
    this.#client = new ServerRuntimeClient({
      dsn,
      environment,
      release,
      serverName: hostname(),
      platform: 'node',
      runtime: { name: 'node', version: process.version },
      integrations: [linkedErrorsIntegration()],
      stackParser: createStackParser(nodeStackLineParser()),
      transport: (options) => createTransport(options, (request) => post(options, request.body, onFailure)),
      beforeSend: scrubbed,
      sendClientReports: false,
    });
    this.#client.init();
  }

  report(event: string, error: unknown, about: Readonly<Record<string, string | number>>): void {
    if (this.#isRepeated(`${event} ${String(error)}`)) return;
    const scope = new Scope();
    scope.setTag('event', event);
    scope.setTags(about);
    this.#client.captureException(error, {}, scope);
  }

  #isRepeated(what: string): boolean {
    const now = Date.now();
    const last = this.#reported.get(what);
    if (last !== undefined && now - last < SAME_AGAIN_MS) return true;
    if (this.#reported.size >= MOST_REMEMBERED) this.#reported.clear();
    this.#reported.set(what, now);
    return false;
  }

  async close(): Promise<void> {
    await this.#client.close(FLUSH_MS);
  }
}

async function post(
  { url, headers = {} }: { readonly url: string; readonly headers?: Record<string, string> },
  body: string | Uint8Array,
  onFailure: SentrySettings['onFailure'],
) {
  try {
    const sent = await fetch(url, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new Uint8Array(body),
      signal: AbortSignal.timeout(SEND_MS),
    });
    await sent.arrayBuffer();
    if (!sent.ok) onFailure(`It was refused with ${sent.status}.`);
    return {
      statusCode: sent.status,
      headers: {
        'x-sentry-rate-limits': sent.headers.get('X-Sentry-Rate-Limits'),
        'retry-after': sent.headers.get('Retry-After'),
      },
    };
  } catch (error) {
    onFailure(error instanceof Error ? error.name : 'unknown');
    throw error;
  }
}

/** What is sent is put together here, so that nothing else is, whatever the library adds in time. */
function scrubbed(event: ErrorEvent): ErrorEvent {
  const values = (event.exception?.values ?? []).map(({ type, value, stacktrace, mechanism }) => ({
    ...(type === undefined ? {} : { type }),
    value: scrub(value ?? ''),
    ...(stacktrace === undefined ? {} : { stacktrace }),
    ...(mechanism === undefined ? {} : { mechanism }),
  }));
  const { event_id, timestamp, platform, level, tags, environment, release, server_name, sdk } = event;
  const kept = { event_id, timestamp, platform, level, tags, environment, release, server_name, sdk };
  return { ...JSON.parse(JSON.stringify(kept)), type: undefined, exception: { values } } as ErrorEvent;
}
