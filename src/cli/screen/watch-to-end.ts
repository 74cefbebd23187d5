import type { Connection } from '../connection.ts';
import { connectionFlags, curl } from '../connection.ts';
import { endAsJson, exitCodeOf, readEnd, reportEnd } from './batch-end.ts';
import { followBatch, styleFor } from './follow-batch.ts';
import { lookUntilStopped } from '../stop-signals.ts';
import type { Terminal } from './terminal.ts';

export interface Watching {
  readonly terminal: Terminal;
  readonly connection: Connection;
  readonly isJson: boolean;
}

/**
 * Shows a batch until it ends, reports, and gives the exit code. Ctrl-C stops the looking, not the batch.
 *
 * @throws PreheatError
 */
export async function watchToEnd(
  { terminal, connection, isJson }: Watching,
  batchId: string,
): Promise<number> {
  const startedAt = performance.now();
  using looking = lookUntilStopped();
  const { batches } = connection.client;
  const style = styleFor(terminal, isJson);
  const last = await followBatch({ batches, terminal, style, signal: looking.signal }, batchId);
  if (last === null) {
    terminal.note(howToGoOn(connection, batchId, terminal));
    return looking.exitCode();
  }
  const ended = await readEnd(connection, last);
  if (isJson) terminal.out(`${JSON.stringify(endAsJson(ended))}\n`);
  else reportEnd(terminal, connection, ended, performance.now() - startedAt);
  return exitCodeOf(last);
}

/** The batch is the server's: what one can do about it from here. */
export function howToGoOn(
  connection: Omit<Connection, 'client'>,
  batchId: string,
  { notePaint }: Terminal,
): string {
  const rows = [
    ['watch', `preheat watch ${batchId}${connectionFlags(connection)}`],
    ['pause', curl(connection, 'POST', `/batches/${batchId}/pause`)],
    ['cancel', curl(connection, 'POST', `/batches/${batchId}/cancel`)],
  ] as const;
  const lines = rows.map(([verb, command]) => `  ${verb.padEnd(6)}  ${notePaint.accent(command)}`);
  return `\nThe batch ${notePaint.strong(batchId)} goes on at the server.\n\n${lines.join('\n')}\n\n`;
}
