import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '#domain/fault.ts';
import type { Log } from '#ports/log.ts';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { openLog } from './log.ts';
import { openReporting } from './reporting.ts';
import { VERSION } from './version.ts';

export interface RunningWorker {
  /** Resolves when somebody asked it, from elsewhere, to finish what it has and take no more, and it has. */
  readonly drained: Promise<void>;
  /** Lets running items finish (as the settings allow), gives the rest back, and signs off. */
  stop(): Promise<void>;
}

/**
 * Starts a process that works on items and answers no requests, beside one or more servers: on their database, or
 * on the data folder of the one server there is.
 *
 * @throws Fault `no_store` when there is no server's folder to join, `store_too_new`, `store_unreachable`
 */
export async function startWorker(
  config: Config,
  options: { readonly log?: Log } = {},
): Promise<RunningWorker> {
  if (config.DATABASE_URL === '' && !existsSync(join(config.PREHEAT_DATA, 'preheat.db'))) {
    throw new Fault(
      'conflict',
      'no_store',
      `There is no server's data in ${resolve(config.PREHEAT_DATA)}: set DATABASE_URL or PREHEAT_DATA to what the servers use, and start a server first.`,
    );
  }
  const logger = options.log === undefined ? openLog(config.PREHEAT_LOG_LEVEL) : null;
  const reporting = await openReporting(config, options.log ?? logger?.log ?? ((): void => undefined));
  const { log } = reporting;
  const { promise: drained, resolve: onDrain } = Promise.withResolvers<void>();
  const composed = await compose(config, log, { role: 'worker', onDrain });
  await composed.start();
  log('info', 'working', { concurrency: config.PREHEAT_CONCURRENCY, version: VERSION });
  return {
    drained,
    async stop() {
      await composed.stop(config.PREHEAT_DRAIN_SECONDS * 1_000);
      await reporting.close();
      log('info', 'stopped');
      logger?.flush();
    },
  };
}
