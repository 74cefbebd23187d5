import type { ZodError, ZodType } from 'zod';
import type { z } from 'zod';
import { Fault, type Problem } from '#domain/fault.ts';

const MAX_PROBLEMS = 100;

/** @throws Fault `invalid_input` that names each wrong field. */
export function readInput<T extends ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const problems = problemsOf(read.error);
  const first = problems[0];
  const where = first?.field === undefined ? '' : `${first.field}: `;
  const detail = `The ${what} is not right. ${where}${first?.message ?? ''}`;
  throw new Fault(
    'invalid',
    'invalid_input',
    problems.length > 1 ? `${detail} (and ${problems.length - 1} more)` : detail,
    {
      problems,
    },
  );
}

function problemsOf(error: ZodError): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues.slice(0, MAX_PROBLEMS)) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, MAX_PROBLEMS)) {
        problems.push({ field: pathOf([...issue.path, key]), message: 'There is no field of this name.' });
      }
    } else {
      const field = pathOf(issue.path);
      const message = messageOf(issue);
      problems.push(field === '' ? { message } : { field, message });
    }
  }
  return problems;
}

/** What is not there at all is said to be missing: `undefined` means nothing to those who send JSON or a form. */
function messageOf({ message }: { readonly message: string }): string {
  const missing = /^Invalid input: expected (.+), received undefined$/.exec(message);
  return missing === null ? message : `Missing; expected ${missing[1]}`;
}

function pathOf(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text.slice(0, 200);
}
