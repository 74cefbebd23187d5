import { Command, InvalidArgumentError, Option } from 'commander';
import type { PreheatClient } from '#sdk/client.ts';
import type { Miss, MissGroup } from '#sdk/wire/misses.ts';
import { connect, withConnection } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted, showNumber } from '../screen/show-count.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';
import { clean } from '../screen/visible-text.ts';
import { howToGoOn, watchToEnd } from '../screen/watch-to-end.ts';

interface MissOptions extends ConnectionOptions {
  readonly json?: boolean;
}

interface ListOptions extends MissOptions {
  readonly state?: Miss['state'];
  readonly text?: string;
  readonly limit: number;
}

interface WarmOptions extends MissOptions {
  readonly text?: string;
  readonly limit: number;
  readonly detach?: boolean;
}

interface ForgetOptions extends MissOptions {
  readonly all?: boolean;
}

const EXAMPLES = `
Examples:
  $ preheat misses list --state cold
  $ preheat misses warm --limit 20        # the twenty that were missed most, in all their wordings
  $ preheat misses forget mis_3           # it, and all that mean the same
  $ preheat misses forget --all`;

export function missesCommand(terminal: Terminal): Command {
  return new Command('misses')
    .description('questions that somebody had to wait for: list them, warm them, forget them')
    .addHelpText('after', EXAMPLES)
    .addCommand(listCommand(terminal))
    .addCommand(warmCommand(terminal))
    .addCommand(forgetCommand(terminal));
}

function listCommand(terminal: Terminal): Command {
  return missCommand('list', 'what was missed most, questions that mean the same as one')
    .addOption(new Option('--state <state>', 'only such').choices(['cold', 'warm', 'not_found']))
    .option('--text <text>', 'part of a question')
    .option('--limit <number>', 'so many', readLimit, 20)
    .action((options: ListOptions) =>
      runCommand(terminal, options, async () => {
        const { state, text, limit, json } = options;
        const { items } = await connect(options).client.misses.list({ state, text, limit });
        const lines = items.flatMap((group) =>
          json === true ? [JSON.stringify(group)] : linesOf(group, terminal.paint),
        );
        if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`);
        else if (json !== true) terminal.out('No question was missed.\n');
        return EXIT.ok;
      }),
    );
}

function warmCommand(terminal: Terminal): Command {
  return missCommand('warm', 'warm what was missed most, in every wording that is cold')
    .option('--text <text>', 'part of a question')
    .option('--limit <number>', 'so many questions that mean something else', readLimit, 100)
    .option('--detach', 'do not wait for the end')
    .action((options: WarmOptions) =>
      runCommand(terminal, options, async () => {
        const connection = connect(options);
        const isJson = options.json === true;
        const items = await coldWordings(connection.client, options);
        if (items.length === 0) {
          if (!isJson) terminal.out('No question is cold.\n');
          return EXIT.ok;
        }
        const { id } = await connection.client.batches.submit({
          workload: 'answers',
          name: 'Popular misses',
          items,
          source: 'cli',
        });
        if (options.detach !== true) return watchToEnd({ terminal, connection, isJson }, id);
        terminal.out(isJson ? `${JSON.stringify({ batch: id })}\n` : howToGoOn(connection, id, terminal));
        return EXIT.ok;
      }),
    );
}

async function coldWordings(client: PreheatClient, { text, limit }: WarmOptions): Promise<string[]> {
  const { items } = await client.misses.list({ state: 'cold', text, limit });
  return items.flatMap(({ wordings }) =>
    wordings.filter(({ state }) => state === 'cold').map(({ question }) => question),
  );
}

function forgetCommand(terminal: Terminal): Command {
  return missCommand('forget', 'take a question and all that mean the same off the list')
    .argument('[ids...]', 'such as mis_3')
    .option('--all', 'every miss of the project')
    .action((ids: readonly string[], options: ForgetOptions) =>
      runCommand(terminal, options, async () => {
        if ((ids.length === 0) !== (options.all === true))
          throw new Refusal('Name what to forget, or say --all.', ['preheat misses list shows the ids.']);
        const { misses } = connect(options).client;
        const wordings = { wordings: true } as const;
        let forgotten = 0;
        if (options.all === true) ({ forgotten } = await misses.forgetAll());
        for (const id of ids) forgotten += (await misses.forget(id, wordings)).forgotten;
        if (options.json === true) terminal.out(`${JSON.stringify({ forgotten })}\n`);
        else terminal.out(`${counted(forgotten, 'question')} forgotten.\n`);
        return EXIT.ok;
      }),
    );
}

function missCommand(name: string, description: string): Command {
  return withConnection(new Command(name).description(description).option('--json', 'print JSON'));
}

const MOST = 1_000;

function readLimit(given: string): number {
  const limit = Number(given);
  if (/^\d+$/.test(given) && limit >= 1 && limit <= MOST) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST}.`);
}

/** Other words for the same stand below it. */
function linesOf(group: MissGroup, paint: Paint): string[] {
  const { id, wordingCount, wordings } = group;
  const first = `${id.padEnd(8)} ${factsOf(group)}  ${paint.strong(clean(group.question))}`;
  if (wordingCount === 1) return [first];
  const others = wordings.map((each) =>
    paint.dim(`${' '.repeat(8)} ${factsOf(each)}    ${clean(each.question)}`),
  );
  const more = wordingCount - wordings.length;
  const rest = more === 0 ? [] : [paint.dim(`${' '.repeat(8)} and ${counted(more, 'wording')} more`)];
  return [first, ...others, ...rest];
}

function factsOf({ misses, state }: Pick<Miss, 'misses' | 'state'>): string {
  return `${`${showNumber(misses)}×`.padStart(7)} ${state.replace('_', ' ').padEnd(9)}`;
}
