import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzz } from '../tests/support/fuzz/fuzz.ts';
import { seeded } from '../tests/support/random.ts';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';

/** The long form of the fuzz test: `node scripts/fuzz.ts --requests 20000`. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = temporaryFolder();
const server = await startServerProcess(folder.path, {
  PREHEAT_ADMIN_KEY: 'key',
  PREHEAT_LOG_LEVEL: 'error',
});
const requests = Number(values.requests);
const memory: number[] = [];
say(`seed ${values.seed}`);
const report = await fuzz({
  url: server.url,
  key: 'key',
  random: seeded(Number(values.seed)),
  requests,
  onProgress(done) {
    if (done % Math.ceil(requests / 10) !== 0) return;
    memory.push(residentMib(server.process.pid ?? 0));
    say(`${done} requests, ${memory.at(-1)} MiB`);
  },
});
say(JSON.stringify(report.statuses));
say(`${report.operations} operations; never with success: ${report.neverGood.join(', ') || 'none'}`);
for (const { what, request } of report.findings) say(`FOUND ${what}: ${request}`);
const errors = server.output.filter((line) => /error|warn/i.test(line));
say(`${errors.length} lines of errors in the log`);
for (const line of errors.slice(0, 20)) say(line.slice(0, 800));
await server.stop('SIGKILL');
folder.remove();
process.exitCode = report.findings.length === 0 ? 0 : 1;

function residentMib(pid: number): number {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Math.round((Number(pages) * 4_096) / 2 ** 20);
}
