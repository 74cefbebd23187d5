import { Command, InvalidArgumentError } from 'commander';
import type { Passage } from '#sdk/wire/documents.ts';
import { connect, withConnection } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';
import { clean, wrap } from '../screen/visible-text.ts';

interface SearchOptions extends ConnectionOptions {
  readonly tag?: string;
  readonly document?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const MOST = 100;
const MOST_COLUMNS = 92;
const MARGIN = '  ';

/** Passages as retrieval sees them: what answers are made from, and what is missing where none is found. */
export function searchCommand(terminal: Terminal): Command {
  const description = 'the passages that retrieval finds for some words, best first';
  return withConnection(new Command('search').description(description).option('--json', 'print JSON'))
    .argument('<words...>', 'a question, or some words; quotes are not needed')
    .option('--tag <tags>', 'only of documents that have one of these tags, separated by commas')
    .option('--document <ids>', 'only of these documents, separated by commas')
    .option('--limit <count>', 'how many', readLimit, 5)
    .action((words: readonly string[], options: SearchOptions) =>
      runCommand(terminal, options, async () => {
        const { tag, document, limit } = options;
        const { client } = connect(options);
        const { items } = await client.documents.search({ q: words.join(' '), limit, tag, document });
        const shown = items.map((passage) =>
          options.json === true
            ? JSON.stringify(passage)
            : shownAs(passage, terminal.width(), terminal.paint),
        );
        if (shown.length > 0) terminal.out(`${shown.join('\n')}\n`);
        else if (options.json !== true) terminal.out('Nothing is found.\n');
        return EXIT.ok;
      }),
    );
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST}.`);
}

function shownAs(passage: Passage, width: number, paint: Paint): string {
  const { document, headings, page, documentId, score, text } = passage;
  const place = [document, ...headings].map(clean).join(' › ') + (page === null ? '' : `, page ${page}`);
  const columns = Math.min(MOST_COLUMNS, width - 2 * MARGIN.length);
  const lines = wrap(clean(text), columns).map((line) => `${MARGIN}${line}`);
  return [`${paint.strong(place)}  ${paint.dim(`${documentId}, ${score.toFixed(2)}`)}`, ...lines, ''].join(
    '\n',
  );
}
