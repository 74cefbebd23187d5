import type { Alert } from '#domain/alert.ts';
import type { Log } from '#ports/log.ts';
import type { Notifier } from '#ports/notifier.ts';

/** Alerts as lines of the log: the channel that is always there. */
export class LogNotifier implements Notifier {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  notify({ kind, message, value, threshold, clearedAt }: Alert, project: string | null): void {
    const isOver = clearedAt !== null;
    const about = { kind, project, value, threshold, message };
    this.#log(isOver ? 'info' : 'error', isOver ? 'alert_cleared' : 'alert_raised', about);
  }
}
