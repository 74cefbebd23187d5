import { Command, InvalidArgumentError, Option } from 'commander';
import type { ApiKey, CreatedKey, Scope } from '#sdk/wire/keys.ts';
import { SCOPE_NAMES } from '#sdk/wire/keys.ts';
import { connect, withConnection } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';
import { clean } from '../screen/visible-text.ts';

interface KeyOptions extends ConnectionOptions {
  readonly json?: boolean;
}

interface CreateOptions extends KeyOptions {
  readonly scope: readonly Scope[];
  readonly from?: readonly string[];
  readonly days?: number;
  readonly everyProject?: boolean;
  readonly limit?: readonly string[];
}

const DAY_MS = 86_400_000;
const EXAMPLES = `
Examples:
  $ preheat keys create "Support assistant" --scope ask
  $ preheat keys create "Nightly job" --scope warm ingest --from 10.0.0.0/8 --days 365
  $ preheat keys list
  $ preheat keys rotate key_3      # the old one works on for a day
  $ preheat keys revoke key_3`;

export function keysCommand(terminal: Terminal): Command {
  return new Command('keys')
    .description('who may come in: make, list, replace and revoke keys')
    .addHelpText('after', EXAMPLES)
    .addCommand(createCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(rotateCommand(terminal))
    .addCommand(revokeCommand(terminal));
}

function createCommand(terminal: Terminal): Command {
  return keyCommand('create', 'make a key; its text is shown this once')
    .argument('<name>', 'whose it is')
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(SCOPE_NAMES).default(['ask']))
    .option('--from <addresses...>', 'addresses and subnets it may be used from')
    .option('--days <days>', 'how long it works', readDays)
    .option('--limit <rates...>', 'how often it may be used, such as 600/minute')
    .option('--every-project', 'reaches every project and the server itself')
    .action((name: string, options: CreateOptions) =>
      runCommand(terminal, options, async () => {
        const { client, project = 'default' } = connect(options);
        const { days } = options;
        const created = await client.keys.create({
          name,
          scopes: [...options.scope],
          addresses: [...(options.from ?? [])],
          rates: options.limit === undefined ? null : [...options.limit],
          project: options.everyProject === true ? null : project,
          expiresAt: days === undefined ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
        });
        return showCreated(terminal, options, created);
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return keyCommand('list', 'list keys').action((options: KeyOptions) =>
    runCommand(terminal, options, async () => {
      const { items } = await connect(options).client.keys.list({ limit: 1_000 });
      if (options.json === true) terminal.out(`${JSON.stringify(items)}\n`);
      else if (items.length === 0) terminal.out('There are no keys.\n');
      else for (const key of items) terminal.out(`${lineOf(key, terminal.paint)}\n`);
      return EXIT.ok;
    }),
  );
}

function rotateCommand(terminal: Terminal): Command {
  return keyCommand('rotate', 'make a key in place of another, which works on for a day')
    .argument('<id>', 'such as key_3')
    .action((id: string, options: KeyOptions) =>
      runCommand(terminal, options, async () =>
        showCreated(terminal, options, await connect(options).client.keys.rotate(id)),
      ),
    );
}

function revokeCommand(terminal: Terminal): Command {
  return keyCommand('revoke', 'end a key at once')
    .argument('<id>', 'such as key_3')
    .action((id: string, options: KeyOptions) =>
      runCommand(terminal, options, async () => {
        const key = await connect(options).client.keys.revoke(id);
        terminal.out(options.json === true ? `${JSON.stringify(key)}\n` : `${lineOf(key, terminal.paint)}\n`);
        return EXIT.ok;
      }),
    );
}

function keyCommand(name: string, description: string): Command {
  return withConnection(new Command(name).description(description).option('--json', 'print JSON'));
}

function showCreated(terminal: Terminal, { json }: KeyOptions, created: CreatedKey): number {
  if (json === true) terminal.out(`${JSON.stringify(created)}\n`);
  else {
    terminal.out(`${created.key}\n`);
    terminal.note(`${created.id}: keep it now, it is shown this once.\n`);
  }
  return EXIT.ok;
}

function lineOf(key: ApiKey, paint: Paint): string {
  const state = key.isUsable ? 'works' : key.revokedAt === null ? 'expired' : 'revoked';
  const reach = key.project ?? 'every project';
  const facts = [key.scopes.join(' '), reach, ...(key.rates ?? []), `${key.prefix}…`].join(', ');
  return `${key.id.padEnd(8)} ${state.padEnd(8)} ${paint.strong(clean(key.name))}  ${paint.dim(facts)}`;
}

function readDays(text: string): number {
  const days = Number(text);
  if (Number.isFinite(days) && days > 0 && days <= 3_660) return days;
  throw new InvalidArgumentError('It is a number of days, up to 3660.');
}
