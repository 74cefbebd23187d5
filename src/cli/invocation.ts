/** How whoever reads this calls the program: through npm in a checkout, by its name elsewhere. */
export function invocation(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['npm_lifecycle_event'] === undefined ? 'preheat' : 'npm run -s preheat --';
}
