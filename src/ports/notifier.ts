import type { Alert } from '#domain/alert.ts';

/** Tells whoever reads along. What has to arrive goes through the outbox instead. */
export interface Notifier {
  notify(alert: Alert, project: string | null): void;
}
