import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What some tests need beside Node: whose absence must be seen, never a silent skip. */
const SERVICES = [
  {
    name: 'redis',
    package: 'redis-server',
    programs: ['redis-server'],
    askedFor: /^src\/adapters\/\w+\/(redis|bullmq)\//,
  },
  {
    name: 'postgres',
    package: 'postgresql',
    programs: ['postgres'],
    askedFor: /^src\/adapters\/\w+\/postgres\//,
  },
  { name: 'chromium', package: 'chromium', programs: ['chromium'], askedFor: /^tests\/browser\// },
];

/** Those that some test file asks for and this machine does not have. */
export function missingServices() {
  const tests = ['src', 'tests'].flatMap(testsIn);
  return SERVICES.filter(
    ({ askedFor, programs }) => tests.some((file) => askedFor.test(file)) && !programs.some(isThere),
  );
}

function testsIn(folder) {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.test.ts')).map((file) => `${folder}/${file}`);
}

function isThere(program) {
  // Debian keeps the programs of PostgreSQL out of PATH, a folder for each version.
  const debian = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`)
    : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...debian];
  return folders.some((folder) => existsSync(join(folder, program)));
}
