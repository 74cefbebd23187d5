import { pino } from 'pino';
import { tracedParent, tracedRequest } from '#clients/trace.ts';
import type { Log } from '#ports/log.ts';

export interface OpenLog {
  readonly log: Log;
  /** Writes out what waits in the buffer. */
  flush(): void;
}

const FLUSH_MS = 250;

/**
 * JSON lines on standard output, gathered for a moment: a write for each request would cost more than a warm ask.
 * Errors go out at once. Callers log names, numbers and codes, never texts or secrets; what is called like a secret
 * is struck out all the same.
 */
export function openLog(level: string): OpenLog {
  const destination = new LineBuffer();
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${isoNow()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  setInterval(() => destination.flush(), FLUSH_MS).unref();
  return {
    log(at, event, fields) {
      logger[at](withoutSecrets(traced(fields)), event);
      if (at === 'error') destination.flush();
    },
    flush: () => destination.flushSync(),
  };
}

const GATHERED_CHARACTERS = 32_768;

/**
 * Gathers lines before they reach pino's own destination: that one counts the bytes of all it holds at each line,
 * which was a twelfth of a warm ask.
 */
class LineBuffer {
  readonly #out = pino.destination({ dest: 1, sync: false });
  #lines = '';

  write(line: string): void {
    this.#lines += line;
    if (this.#lines.length >= GATHERED_CHARACTERS) this.flush();
  }

  flush(): void {
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    this.#out.write(lines);
  }

  flushSync(): void {
    this.flush();
    this.#out.flushSync();
  }
}

/** What is done for a request bears its id, unless the line names another; and its trace's, where somebody follows. */
function traced(fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const requestId = tracedRequest();
  const traceParent = tracedParent();
  const named = requestId === null ? fields : { requestId, ...fields };
  return traceParent === null ? named : { traceId: traceParent.slice(3, 35), ...named };
}

const SECRET = /^(?:authorization|cookie|password|secret|token|.*[kK]ey)$/;

function withoutSecrets(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const name in fields) {
    if (SECRET.test(name)) return { ...fields, [name]: '[struck out]' };
  }
  return fields;
}

let second = -1;
let prefix = '';

/** `toISOString` for each line is a third of its cost; the second changes seldom. */
function isoNow(): string {
  const now = Date.now();
  const inSecond = now % 1_000;
  if (now - inSecond !== second) {
    second = now - inSecond;
    prefix = new Date(second).toISOString().slice(0, 20);
  }
  return `${prefix}${String(inSecond).padStart(3, '0')}Z`;
}
