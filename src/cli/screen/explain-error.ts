import { PreheatError } from '#sdk/error.ts';
import type { InputProblem } from '#sdk/wire/problem.ts';
import { invocation } from '../invocation.ts';
import { Refusal } from '../refusal.ts';
import type { Paint } from './terminal.ts';
import { clean } from './visible-text.ts';

const MOST_PROBLEMS = 20;

/** An error as a person reads it: what happened, where, and what to do. A stack only for what nobody foresaw. */
export function explainError(error: unknown, paint: Paint): string {
  const { headline, problems, advice } = readError(error);
  const [first = '', ...rest] = headline.split('\n').map(cleanEnd);
  const lines = ['', `${paint.bad('✗')} ${first}`, ...rest.map((line) => `  ${line}`)];
  if (problems.length > 0) lines.push('', ...problemLines(problems, paint));
  if (advice.length > 0) lines.push('', ...advice.map((line) => `  ${line}`));
  return `${lines.join('\n')}\n\n`;
}

/** The same for programs. */
export function errorAsJson(error: unknown): object {
  const { headline, problems } = readError(error);
  const code = error instanceof PreheatError || isFault(error) ? error.code : 'failed';
  return { event: 'error', code, message: headline, problems };
}

interface Explained {
  readonly headline: string;
  readonly problems: readonly InputProblem[];
  readonly advice: readonly string[];
}

function readError(error: unknown): Explained {
  if (error instanceof Refusal) return { headline: error.message, problems: [], advice: error.advice };
  if (error instanceof PreheatError) return explainServerError(error);
  // Its message names the problems already.
  if (isFault(error)) return { headline: error.message, problems: [], advice: [] };
  const headline = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { headline: `Something broke that should not have.\n${headline}`, problems: [], advice: [] };
}

function explainServerError(error: PreheatError): Explained {
  const { code, message, problems, requestId, status } = error;
  if (code === 'invalid_items') {
    const headline = 'Nothing was queued: some entries cannot be used.';
    return { headline, problems, advice: ['Correct them, or leave them out with --on-invalid skip.'] };
  }
  return {
    headline: message,
    problems: repeats(message, problems) ? [] : problems,
    advice: adviceFor(code, status, requestId),
  };
}

function adviceFor(code: string, status: number, requestId: string | null): string[] {
  if (code === 'unreachable') {
    return [
      `Start one with:  ${invocation()} serve`,
      'Or name another:  --url http://host:port, or PREHEAT_URL',
    ];
  }
  if (status === 401) return ['Put the key into PREHEAT_API_KEY.'];
  return status >= 500 && requestId !== null ? [`The server's log has more under ${requestId}.`] : [];
}

/** One problem that the message says already. */
function repeats(message: string, problems: readonly InputProblem[]): boolean {
  const [only] = problems;
  return problems.length === 1 && only !== undefined && message.includes(only.message);
}

/** Where on the left, what on the right. */
export function problemLines(problems: readonly InputProblem[], paint: Paint): string[] {
  const shown = problems
    .slice(0, MOST_PROBLEMS)
    .map((problem) => ({ where: whereOf(problem), what: clean(problem.message) }));
  const columns = Math.max(...shown.map(({ where }) => where.length));
  const lines = shown.map(({ where, what }) => `    ${paint.strong(where.padEnd(columns))}  ${what}`);
  const more = problems.length - shown.length;
  return more > 0 ? [...lines, paint.dim(`    and ${more} more`)] : lines;
}

function whereOf({ line, field }: InputProblem): string {
  return line === undefined ? clean(field ?? '') : `line ${line}`;
}

/** Errors on purpose of the server's side, which cannot be imported here: known by their shape. */
function isFault(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && 'kind' in error && typeof error.code === 'string';
}

/** Keeps the indentation. */
function cleanEnd(line: string): string {
  // oxlint-disable-next-line no-control-regex -- what would steer the terminal is what is taken out
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trimEnd();
}
