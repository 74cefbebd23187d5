import { styleText } from 'node:util';

/** The few ways in which text may stand out. One accent; red for what went wrong and nothing else. */
export interface Paint {
  readonly accent: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Where a command writes. */
export interface Terminal {
  /** What was asked for: goes to standard output. */
  readonly out: (text: string) => void;
  /** What is said beside it: goes to standard error. */
  readonly note: (text: string) => void;
  /** Lines that were written may be drawn over. */
  readonly isLive: boolean;
  /** Columns of a line; 100 when nobody looks. */
  readonly width: () => number;
  readonly paint: Paint;
  readonly notePaint: Paint;
}

export const PLAIN: Paint = {
  accent: (text) => text,
  strong: (text) => text,
  dim: (text) => text,
  bad: (text) => text,
};

/** The terminal of this process; plain in a pipe, in a dumb terminal and under NO_COLOR. */
export function openTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', endOnBrokenPipe);
  return {
    out: (text) => void stdout.write(text),
    note: (text) => void stderr.write(text),
    isLive: stdout.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '',
    width: () => (stdout.isTTY ? Math.max(20, stdout.columns) : 100),
    paint: paintFor(stdout),
    notePaint: paintFor(stderr),
  };
}

/** `styleText` knows NO_COLOR, FORCE_COLOR and what the stream can show. */
function paintFor(stream: NodeJS.WriteStream): Paint {
  const style =
    (format: 'cyan' | 'bold' | 'dim' | 'red') =>
    (text: string): string =>
      styleText(format, text, { stream });
  return { accent: style('cyan'), strong: style('bold'), dim: style('dim'), bad: style('red') };
}

/** Whoever read the output (`head`, a closed window) is gone: nothing more can be said. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
