import { Command, Option } from 'commander';
import { PreheatError } from '#sdk/error.ts';
import type { Check } from '#main/doctor/check-installation.ts';
import { checkInstallation } from '#main/doctor/check-installation.ts';
import type { ChosenModel } from '#main/doctor/check-models.ts';
import { checkChosenModels, checkModels } from '#main/doctor/check-models.ts';
import { checkServices } from '#main/doctor/check-services.ts';
import type { Config } from '#main/config.ts';
import { readConfig } from '#main/config.ts';
import { VERSION } from '#main/version.ts';
import { connect } from '../connection.ts';
import { invocation } from '../invocation.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';
import { clean } from '../screen/visible-text.ts';

interface DoctorOptions {
  readonly url?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Looks at the settings of this shell (and .env), at the data folder and the services (PostgreSQL, Redis) they name,
at the models (each configured one is called with a few words, also what projects chose where PREHEAT_API_KEY may see
it), and at the server. Changes nothing.
Exit code: 0 all well (warnings too), 1 something has to be done.`;

export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('look whether everything is in order, and say what to do')
    .addOption(
      new Option('--url <url>', 'where the server listens (default: as the settings say)').env('PREHEAT_URL'),
    )
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: DoctorOptions) => runCommand(terminal, options, () => doctor(terminal, options)));
}

async function doctor(terminal: Terminal, options: DoctorOptions): Promise<number> {
  const { config, checks: settings } = checkSettings();
  const installation = checkInstallation(config);
  const services = await checkServices(config);
  const models = await checkModels(config);
  const url = options.url ?? urlOf(config);
  const chosen = await checkChosenModels(config, await modelsOfProjects(url));
  const server = await checkServer(url, installation.isServed);
  const checks = [...settings, ...installation.checks, ...services, ...models, ...chosen, ...server];
  const failed = checks.filter(({ state }) => state === 'fail').length;
  if (options.json === true) terminal.out(`${JSON.stringify({ version: VERSION, checks })}\n`);
  else terminal.out(report(checks, terminal.paint));
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

/** What projects chose for themselves; nothing where the server does not answer, or not to this key. */
async function modelsOfProjects(url: string): Promise<ChosenModel[]> {
  const chosen: ChosenModel[] = [];
  try {
    const { client } = connect({ url }, 0);
    const signal = AbortSignal.timeout(5_000);
    const { items } = await client.projects.list({ signal });
    for (const { name: project } of items) {
      const { generator, embedder } = (await client.projects.get(project, { signal })).settings;
      if (generator !== null) chosen.push({ project, role: 'generator', choice: generator });
      if (embedder !== null) chosen.push({ project, role: 'embedder', choice: embedder });
    }
  } catch {
    // The check of the server, which follows, says why it does not answer.
  }
  return chosen;
}

/** With settings that cannot be used, the rest is looked at under the standard ones. */
function checkSettings(): { readonly config: Config; readonly checks: readonly Check[] } {
  const name = 'Settings';
  try {
    const config = readConfig(process.env);
    return { config, checks: [{ name, state: 'ok', detail: 'every one can be used', remedy: null }] };
  } catch (error) {
    const [, ...problems] = error instanceof Error ? error.message.split('\n') : [String(error)];
    const remedy = 'Correct it where it is set: in the environment, or in .env.';
    return {
      config: readConfig({}),
      checks: problems.map((line) => ({ name, state: 'fail', detail: line.trim(), remedy })),
    };
  }
}

async function checkServer(url: string, isServed: boolean): Promise<Check[]> {
  const name = 'Server';
  try {
    const { status, version, parts } = await connect({ url }, 0).client.system.ready({
      signal: AbortSignal.timeout(5_000),
    });
    const down = parts.filter(({ isUp }) => !isUp).map((part) => `${part.name}: ${part.detail}`);
    const health: Check =
      status === 'ready'
        ? { name, state: 'ok', detail: `${url}, ready`, remedy: null }
        : {
            name,
            state: 'fail',
            detail: `${url} is not ready. ${down.join('; ')}`,
            remedy: "Look into the server's log.",
          };
    return [health, checkVersion(version)];
  } catch (error) {
    return [unreachable(url, error, isServed)];
  }
}

function checkVersion(version: string): Check {
  const name = 'Version';
  if (version === VERSION) return { name, state: 'ok', detail: version, remedy: null };
  const detail = `the server is ${version}, this program is ${VERSION}`;
  return {
    name,
    state: 'warn',
    detail,
    remedy: 'Restart the server after an upgrade, or upgrade this program.',
  };
}

function unreachable(url: string, error: unknown, isServed: boolean): Check {
  const why = error instanceof PreheatError && error.status > 0 ? error.message : 'does not answer';
  const detail = `${url} ${why}`;
  if (isServed) {
    const remedy =
      'A server holds the data folder, so it may listen elsewhere: name its address with --url. If it hangs, restart it.';
    return { name: 'Server', state: 'fail', detail, remedy };
  }
  return { name: 'Server', state: 'warn', detail, remedy: `Start it with:  ${invocation()} serve` };
}

function urlOf({ PREHEAT_HOST: host, PREHEAT_PORT: port }: Config): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const shown = isEverywhere ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

function report(checks: readonly Check[], paint: Paint): string {
  const marks = { ok: paint.accent('✓ ok  '), warn: paint.strong('! warn'), fail: paint.bad('✗ fail') };
  const columns = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, detail, remedy }) => [
    `  ${marks[state]}  ${name.padEnd(columns)}  ${clean(detail)}`,
    ...(remedy === null ? [] : [`  ${' '.repeat(columns + 8)}  ${paint.accent('→')} ${remedy}`]),
  ]);
  const failed = checks.filter(({ state }) => state === 'fail').length;
  const end = failed === 0 ? 'Everything needed is in order.' : `${counted(failed, 'thing')} to put right.`;
  return `\n${paint.strong(`Preheat ${VERSION}`)}\n\n${lines.join('\n')}\n\n${end}\n\n`;
}
