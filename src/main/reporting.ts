import { Fault } from '#domain/fault.ts';
import type { ErrorReporter } from '#ports/error-reporter.ts';
import type { Log } from '#ports/log.ts';
import type { Config } from './config.ts';
import { VERSION } from './version.ts';

/** What is logged, and reported where somebody wants to hear of it. */
export interface Reporting {
  readonly log: Log;
  close(): Promise<void>;
}

/** Events of the log that are defects or crashes: somebody who works on Preheat should look at them. */
const DEFECTS: ReadonlySet<string> = new Set([
  'request',
  'item_broke',
  'thread_died',
  'process_crashed',
  'counts_drifted',
  'settle_refused',
  'operation_stopped',
  'notice_failed',
  'audit_failed',
]);

/** Of the fields of an event, those that go along. */
const TOLD: ReadonlySet<string> = new Set([
  'requestId',
  'route',
  'method',
  'status',
  'code',
  'batch',
  'batchId',
  'item',
  'itemId',
  'workload',
  'operationId',
  'thread',
]);

/**
 * The log is the reporter that is always there; Sentry is another, by its DSN.
 *
 * @throws Fault `reporter_missing`
 */
export async function openReporting(config: Config, plain: Log): Promise<Reporting> {
  if (config.SENTRY_DSN === '') return { log: withCauses(plain, null), close: () => Promise.resolve() };
  const reporter = await openSentry(config, plain);
  const log = withCauses(plain, reporter);
  const onCrash = (error: unknown): void => {
    log('error', 'process_crashed', { error });
    process.stderr.write(`${causeOf(error)}\n`);
    void reporter.close().finally(() => process.exit(1));
  };
  process.once('uncaughtException', onCrash);
  return {
    log,
    async close() {
      process.off('uncaughtException', onCrash);
      await reporter.close();
    },
  };
}

async function openSentry(config: Config, log: Log): Promise<ErrorReporter> {
  const { SentryReporter } = await import('#adapters/error-reporter/sentry/sentry-reporter.ts').catch(
    (cause: unknown) => {
      const message =
        'SENTRY_DSN is set, and what sends errors there is not installed: npm install @sentry/core@11, or take SENTRY_DSN away.';
      throw new Fault('unavailable', 'reporter_missing', message, { cause });
    },
  );
  return new SentryReporter({
    dsn: config.SENTRY_DSN,
    environment: config.SENTRY_ENVIRONMENT,
    release: `preheat@${VERSION}`,
    onFailure: (why) => log('warn', 'report_failed', { why }),
  });
}

/** Lines may bring an error as `error`: the line says `why`, and who is to hear of it gets it whole. */
function withCauses(plain: Log, reporter: ErrorReporter | null): Log {
  return (at, event, fields) => {
    if (at !== 'error') return plain(at, event, fields);
    const { error, ...about } = fields ?? {};
    plain(at, event, error === undefined ? fields : { ...about, why: causeOf(error) });
    if (reporter === null || !DEFECTS.has(event) || isExpected(event, about)) return;
    reporter.report(
      event,
      error ?? new Error(typeof about['why'] === 'string' ? about['why'] : event),
      toldOf(about),
    );
  };
}

/** A part that is down is told by 503, 502 and 504; 500 is never on purpose, nor is what a database does not understand. */
function isExpected(event: string, about: Readonly<Record<string, unknown>>): boolean {
  return event === 'request' && about['status'] !== 500 && about['code'] !== 'store_failed';
}

function toldOf(about: Readonly<Record<string, unknown>>): Record<string, string | number> {
  const told = Object.entries(about).filter(
    ([name, value]) => typeof value === 'number' || (TOLD.has(name) && typeof value === 'string'),
  );
  return Object.fromEntries(told) as Record<string, string | number>;
}

function causeOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
