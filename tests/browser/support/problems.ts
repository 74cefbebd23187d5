import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';

/** Whoever leaves a page, or types on, gives up what was under way. */
const GIVEN_UP = 'net::ERR_ABORTED';

export interface ProblemWatch {
  /** What went wrong so far and was not expected. */
  readonly list: readonly string[];
  /** @throws AssertionError that lists them, when there are any */
  check(): void;
}

/** Notes console errors and warnings, uncaught errors, requests that failed and replies that are errors, of every page. */
export function watchForProblems(context: BrowserContext, expected: readonly RegExp[]): ProblemWatch {
  const problems: string[] = [];
  const note = (problem: string): void => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => note(`uncaught: ${String(error.error())}`));
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (why !== GIVEN_UP) note(`${request.method()} ${request.url()}: ${why}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) {
      note(`${response.request().method()} ${response.url()}: ${response.status()}`);
    }
  });
  return { list: problems, check: () => assert.deepEqual(problems, [], 'The page had problems') };
}
