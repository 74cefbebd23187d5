/**
 * Runs the tests: all, or the files and options given (`npm test -- src/core --test-name-pattern=lease`).
 *
 * `--missing-packages` prints the Debian packages that tests ask for and this machine lacks, and runs nothing.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingServices } from './services.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const EVERYTHING = ['src/**/*.test.ts', 'sdk/**/*.test.ts', 'tests/**/*.test.ts', 'web/src/**/*.test.ts'];
/** One more than there are processors: stories wait for each other's processes, leases and paces a third of their time. */
const FILES_AT_ONCE = Math.max(2, availableParallelism()) + 1;
/** A file that hangs must not hang the run; a test that needs longer says so itself. */
const TIMEOUT_MS = 300_000;

if (process.argv.includes('--missing-packages')) {
  process.stdout.write(
    missingServices()
      .map((service) => `${service.package}\n`)
      .join(''),
  );
} else {
  checkServices();
  await run(process.argv.slice(2));
}

function checkServices() {
  const required = new Set((process.env.PREHEAT_TEST_REQUIRE ?? '').split(',').map((name) => name.trim()));
  const missing = missingServices();
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  const packages = missing.map((service) => service.package).join(' ');
  process.stderr.write(
    `\n!! Not on this machine: ${names}. The tests that need it are skipped.\n` +
      `!! To run them too: apt-get install ${packages}\n\n`,
  );
  if (!missing.some(({ name }) => required.has(name))) return;
  process.stderr.write('PREHEAT_TEST_REQUIRE names it, so this is an error.\n');
  process.exit(1);
}

async function run(given) {
  const patterns = given.filter((argument) => !argument.startsWith('-')).map(patternOf);
  const options = given.filter((argument) => argument.startsWith('-'));
  // What test files share, such as a database server: made by the first that needs it, removed when the run ends.
  const shared = mkdtempSync(join(tmpdir(), 'preheat-run-'));
  // A terminal sends Ctrl-C to the tests too: they end by themselves, and this process with them.
  process.on('SIGINT', () => undefined);
  process.exitCode = await runFiles(shared, options, patterns.length === 0 ? EVERYTHING : patterns);
  if (process.exitCode === 1) await runAgain(shared, options);
  await removeShared(shared);
}

/** The exit code of node:test over these files. */
function runFiles(shared, options, files) {
  const reporter = process.stdout.isTTY ? 'spec' : join(ROOT, 'scripts', 'plain-reporter.js');
  const child = spawn(
    'node',
    [
      '--test',
      `--test-concurrency=${FILES_AT_ONCE}`,
      `--test-timeout=${TIMEOUT_MS}`,
      // What a test leaves open must not keep its file, and with it the run, for ever.
      '--test-force-exit',
      `--test-reporter=${reporter}`,
      ...options,
      ...files,
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        PREHEAT_TEST_RUN: shared,
        PREHEAT_TEST_FAILED: join(shared, 'failed'),
        // Each file of tests is a process of its own, and most load the same code.
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'preheat'),
        PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
      },
    },
  );
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`The tests could not be started: ${error.message}\n`);
      resolve(2);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 2)));
  });
}

/**
 * With `PREHEAT_TEST_RERUN=<files>`: when no more files than that failed, they run once more, by themselves. A file that passes then
 * does not stop a change that has nothing to do with it; it is named as flaky in the last lines, to be mended next.
 */
async function runAgain(shared, options) {
  const list = join(shared, 'failed');
  const files = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : [];
  if (files.length === 0 || files.length > Number(process.env.PREHEAT_TEST_RERUN ?? 0)) return;
  process.stderr.write(`\n!! Failed, and run once more by themselves: ${files.join(', ')}\n\n`);
  process.exitCode = await runFiles(shared, options, files);
  if (process.exitCode !== 0) return;
  process.stderr.write(
    `\n!! FLAKY: ${files.join(', ')} failed above and passed the second time. That is a defect.\n\n`,
  );
}

/** Ends the servers that test files left there for one another. */
async function removeShared(folder) {
  const pidFile = join(folder, 'postgres', 'data', 'postmaster.pid');
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  rmSync(folder, { recursive: true, force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A folder stands for the tests in it. */
function patternOf(argument) {
  return /[*?]|\.(ts|js)$/.test(argument) ? argument : join(argument, '**', '*.test.ts');
}
