import { Command } from 'commander';
import type { PreheatClient } from '#sdk/client.ts';
import type { CorpusChange, TouchedAnswer } from '#sdk/wire/changes.ts';
import { connect, withConnection } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';
import { clean } from '../screen/visible-text.ts';

interface ChangeOptions extends ConnectionOptions {
  readonly json?: boolean;
}

const MOST_SHOWN = 20;
const PAGE = 1_000;

/** What changes of documents did to the answers; of one change, to which. */
export function changesCommand(terminal: Terminal): Command {
  const description = 'what changes of documents did to the answers; with the id of a change, to which';
  return withConnection(new Command('changes').description(description).option('--json', 'print JSON'))
    .argument('[id]', 'of a document or a change: doc_3, chg_1k')
    .action((id: string | undefined, options: ChangeOptions) =>
      runCommand(terminal, options, async () => {
        const { client } = connect(options);
        const lines =
          id?.startsWith('chg_') === true
            ? await touchedLines(client, id, terminal.paint, options)
            : await changeLines(client, id, terminal.paint, options);
        terminal.out(lines.length === 0 ? 'There are none.\n' : `${lines.join('\n')}\n`);
        return EXIT.ok;
      }),
    );
}

async function changeLines(
  client: PreheatClient,
  document: string | undefined,
  paint: Paint,
  { json }: ChangeOptions,
): Promise<string[]> {
  const { items } = await client.changes.list({ document, limit: MOST_SHOWN });
  return items.map((change) => (json === true ? JSON.stringify(change) : lineOf(change, paint)));
}

const REACHES = {
  probed: '',
  epoch: ' (words were counted anew)',
  unprobed: ' (not tried: too large, or another change came between)',
} as const;

function lineOf(change: CorpusChange, paint: Paint): string {
  const { id, document, kind, reach, answers, touched, outcomes, at } = change;
  const { kept, same, different, dropped } = outcomes;
  const waiting = touched - kept - same - different - dropped;
  const became = [
    [kept, 'kept'],
    [same, 'made again and the same'],
    [different, 'different now'],
    [dropped, 'dropped'],
    [waiting, 'waiting for a look'],
  ] as const;
  const parts = became.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const name = document === null ? 'all documents' : clean(document);
  const outcome = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  const facts = `touched ${touched} of ${counted(answers, 'answer')}${outcome}${REACHES[reach]}`;
  return `${id.padEnd(8)} ${at}  ${paint.strong(name)} ${kind}; ${facts}`;
}

async function touchedLines(
  client: PreheatClient,
  id: string,
  paint: Paint,
  { json }: ChangeOptions,
): Promise<string[]> {
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.changes.answers(id, { limit: PAGE, cursor });
    lines.push(
      ...page.items.map((each) => (json === true ? JSON.stringify(each) : touchedLine(each, paint))),
    );
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return lines;
}

function touchedLine({ answerId, question, outcome }: TouchedAnswer, paint: Paint): string {
  const shown = question === null ? paint.dim('an answer that is there no more') : clean(question);
  return `${answerId.padEnd(8)} ${(outcome ?? 'waiting').padEnd(10)} ${shown}`;
}
