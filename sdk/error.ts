import type { InputProblem, Problem } from './wire/problem.ts';

/** What the server refused, or could not do. `code` is stable: branch on it, not on the message. */
export class PreheatError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly problems: readonly InputProblem[];
  /** Under this id the server's log has the reason. */
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(
    problem: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Pick<Problem, 'problems' | 'requestId'>>,
    options: ErrorOptions & { readonly retryAfterSeconds?: number | null } = {},
  ) {
    super(problem.detail, options);
    this.name = 'PreheatError';
    this.status = problem.status;
    this.code = problem.code;
    this.problems = problem.problems ?? [];
    this.requestId = problem.requestId ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** Reads a refusal; what is no problem+json (a proxy's page, say) keeps its status. */
export async function readError(response: Response): Promise<PreheatError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const options = { retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null };
  try {
    const problem = (await response.json()) as Problem;
    if (typeof problem.code === 'string') return new PreheatError(problem, options);
  } catch {
    // Not JSON: the status is all there is.
  }
  const detail = `The server answered ${response.status} ${response.statusText}`.trim();
  return new PreheatError({ status: response.status, code: 'unexpected_answer', detail }, options);
}
