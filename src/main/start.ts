import { join } from 'node:path';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEFAULT_LIMITS, HEARTBEAT_MS } from '#http/settings.ts';
import type { HttpSettings, LogLine } from '#http/settings.ts';
import { createHttp } from '#http/create-http.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { listen } from './listen.ts';
import { lockFolder } from './lock-folder.ts';
import { openLog } from './log.ts';
import type { OpenLog } from './log.ts';
import { followWith } from './follow-requests.ts';
import { openReporting } from './reporting.ts';
import { VERSION } from './version.ts';

const UI_FOLDER = join(import.meta.dirname, '..', '..', 'web', 'dist');

export interface RunningServer {
  readonly url: string;
  /** Takes no new requests, lets running items finish (as the settings allow), and leaves nothing behind. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly log?: Log;
  /** The built admin page, where it is not the one of this checkout. */
  readonly uiFolder?: string;
}

/**
 * Starts a server on its own data folder: takes back what a dead predecessor held, then listens.
 *
 * @throws Fault `folder_in_use`, `folder_unusable`, `port_in_use`, `store_too_new`
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const logger = options.log === undefined ? openLog(config.PREHEAT_LOG_LEVEL) : null;
  const reporting = await openReporting(config, options.log ?? (logger as OpenLog).log);
  const { log } = reporting;
  // A database is shared; a folder is one server's.
  const lock = config.DATABASE_URL === '' ? lockFolder(config.PREHEAT_DATA) : { release: () => undefined };
  try {
    const composed = await compose(config, log, { role: 'server', onDrain: () => undefined });
    const server = createServer(
      { headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
      createHttp(composed.app, {
        ...httpSettings(config, options, (line) => note(composed.metrics, log, line)),
        follow: followWith(composed.tracer),
      }).listener,
    );
    await composed.start();
    await listen(server, config).catch(async (error: unknown) => {
      await composed.stop(0);
      throw error;
    });
    const url = urlOf(server, config);
    log('info', 'listening', { url, version: VERSION });
    return {
      url,
      async stop() {
        server.close();
        await composed.stop(config.PREHEAT_DRAIN_SECONDS * 1_000);
        server.closeAllConnections();
        lock.release();
        await reporting.close();
        log('info', 'stopped');
        logger?.flush();
      },
    };
  } catch (error) {
    await reporting.close();
    logger?.flush();
    lock.release();
    throw error;
  }
}

function urlOf(server: Server, { PREHEAT_HOST: host }: Config): string {
  const address = server.address() as AddressInfo | string;
  if (typeof address === 'string') return `unix:${address}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

function httpSettings(
  config: Config,
  { uiFolder = UI_FOLDER }: StartOptions,
  log: HttpSettings['log'],
): HttpSettings {
  return {
    version: VERSION,
    trustedProxies: config.PREHEAT_TRUSTED_PROXIES,
    adminKey: config.PREHEAT_ADMIN_KEY === '' ? null : config.PREHEAT_ADMIN_KEY,
    userHeader: config.PREHEAT_LIMIT_USER_HEADER.toLowerCase(),
    corsOrigins: config.PREHEAT_CORS_ORIGINS,
    heartbeatMs: HEARTBEAT_MS,
    uiFolder,
    limits: {
      ...DEFAULT_LIMITS,
      maxJsonBytes: config.PREHEAT_MAX_JSON_MIB * 2 ** 20,
      maxUploadBytes: config.PREHEAT_MAX_UPLOAD_MIB * 2 ** 20,
      maxStreams: config.PREHEAT_MAX_STREAMS,
      maxFilesPerUpload: config.PREHEAT_MAX_FILES,
      maxDocumentBytes: config.PREHEAT_MAX_DOCUMENT_MIB * 2 ** 20,
    },
    log,
  };
}

/** What broke is an error; what was refused is not. */
function note(metrics: Metrics, log: Log, { error, route, ...line }: LogLine): void {
  metrics.request({ ...line, route });
  if (line.status < 500) log('info', 'request', line);
  else log('error', 'request', { ...line, route, error });
}
