import type { StartOptions } from '#main/start.ts';
import type { Paint } from './terminal.ts';

export type Log = NonNullable<StartOptions['log']>;
export type LogLevel = Parameters<Log>[0] | 'silent';

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };

/** The server's log for a person at a terminal; a pipe gets JSON lines instead. */
export function readableLog(level: LogLevel, paint: Paint, write: (line: string) => void): Log {
  return (at, event, fields = {}) => {
    if (RANKS[at] < RANKS[level]) return;
    const words = Object.entries(fields).filter(([, value]) => value !== undefined);
    const details = words.map(([name, value]) => `${paint.dim(`${name}=`)}${valueOf(value)}`).join(' ');
    const label = at === 'error' || at === 'warn' ? paint.bad(at.padEnd(5)) : paint.dim(at.padEnd(5));
    write(`${paint.dim(new Date().toTimeString().slice(0, 8))} ${label} ${event}  ${details}\n`);
  };
}

function valueOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
