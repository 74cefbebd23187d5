import { Command } from 'commander';
import type { PreheatClient } from '#sdk/client.ts';
import type { Document } from '#sdk/wire/documents.ts';
import { connect, withConnection } from '../connection.ts';
import { changesCommand } from './document-changes.ts';
import { searchCommand } from './document-search.ts';
import type { ConnectionOptions } from '../connection.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';
import { clean } from '../screen/visible-text.ts';
import { watchToEnd } from '../screen/watch-to-end.ts';

interface DocumentOptions extends ConnectionOptions {
  readonly json?: boolean;
}

interface ListOptions extends DocumentOptions {
  readonly text?: string;
  readonly tag?: string;
}

interface RetryOptions extends DocumentOptions {
  readonly failed?: boolean;
}

const PAGE = 1_000;
const EXAMPLES = `
Examples:
  $ preheat documents list --tag handbook
  $ preheat documents search dogs on Fridays --tag handbook
  $ preheat documents tag doc_3 hr leave        # these and no others
  $ preheat documents retry doc_3               # read its kept file again
  $ preheat documents retry --failed            # every file that failed
  $ preheat documents changes doc_3             # which answers its changes touched
  $ preheat documents delete doc_3`;

export function documentsCommand(terminal: Terminal): Command {
  return new Command('documents')
    .description(
      'what answers rest on: list, search, tag, read again and delete documents, and what their changes did',
    )
    .addHelpText('after', EXAMPLES)
    .addCommand(listCommand(terminal))
    .addCommand(searchCommand(terminal))
    .addCommand(tagCommand(terminal))
    .addCommand(retryCommand(terminal))
    .addCommand(changesCommand(terminal))
    .addCommand(deleteCommand(terminal));
}

function listCommand(terminal: Terminal): Command {
  return documentCommand('list', 'list documents')
    .option('--text <text>', 'part of the name')
    .option('--tag <tag>', 'only those that have it')
    .action((options: ListOptions) =>
      runCommand(terminal, options, async () => {
        const { client } = connect(options);
        let count = 0;
        for await (const document of everyDocument(client, options)) {
          count += 1;
          terminal.out(
            options.json === true ? `${JSON.stringify(document)}\n` : `${lineOf(document, terminal.paint)}\n`,
          );
        }
        if (count === 0 && options.json !== true) terminal.out('There are no such documents.\n');
        return EXIT.ok;
      }),
    );
}

async function* everyDocument(
  client: PreheatClient,
  { text, tag }: ListOptions,
): AsyncGenerator<Document, void, void> {
  let cursor: string | undefined;
  do {
    const page = await client.documents.list({ limit: PAGE, cursor, text, tag });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function tagCommand(terminal: Terminal): Command {
  return documentCommand('tag', 'give a document these tags and no others')
    .argument('<id>', 'such as doc_3')
    .argument('[tags...]', 'none takes away those that it has')
    .action((id: string, tags: readonly string[], options: DocumentOptions) =>
      runCommand(terminal, options, async () => {
        const document = await connect(options).client.documents.change(id, { tags: [...tags] });
        terminal.out(
          options.json === true ? `${JSON.stringify(document)}\n` : `${lineOf(document, terminal.paint)}\n`,
        );
        return EXIT.ok;
      }),
    );
}

function retryCommand(terminal: Terminal): Command {
  return documentCommand('retry', 'read the kept file of a document again, or all files that failed')
    .argument('[id]', 'such as doc_3')
    .option('--failed', 'every file that failed, instead of one document')
    .action((id: string | undefined, options: RetryOptions) =>
      runCommand(terminal, options, async () => {
        if ((id === undefined) !== (options.failed === true))
          throw new Refusal('Name one document, or say --failed.', [
            'preheat documents list shows their ids.',
          ]);
        const connection = connect(options);
        if (id === undefined) return retryFailed(terminal, connection.client, options);
        const batch = await connection.client.documents.retry(id);
        return watchToEnd({ terminal, connection, isJson: options.json === true }, batch.id);
      }),
    );
}

/** Failed files are items of their uploads: those take them up again. */
async function retryFailed(
  terminal: Terminal,
  client: PreheatClient,
  options: RetryOptions,
): Promise<number> {
  const { id } = await client.deadLetters.retry({ workload: 'documents' });
  // How many match is known when it has been through them.
  const operation = await client.operations.wait(id);
  if (options.json === true) terminal.out(`${JSON.stringify(operation)}\n`);
  else terminal.out(`${counted(operation.matched, 'file')} to be read again.\n`);
  return EXIT.ok;
}

function deleteCommand(terminal: Terminal): Command {
  return documentCommand('delete', 'take documents out of retrieval')
    .argument('<ids...>', 'such as doc_3')
    .action((ids: readonly string[], options: DocumentOptions) =>
      runCommand(terminal, options, async () => {
        const { client } = connect(options);
        for (const id of ids) await client.documents.delete(id);
        if (options.json === true) terminal.out(`${JSON.stringify({ deleted: ids })}\n`);
        else terminal.out(`${counted(ids.length, 'document')} deleted.\n`);
        return EXIT.ok;
      }),
    );
}

function documentCommand(name: string, description: string): Command {
  return withConnection(new Command(name).description(description).option('--json', 'print JSON'));
}

function lineOf(document: Document, paint: Paint): string {
  const tags = document.tags.map((tag) => `#${clean(tag)}`).join(' ');
  const facts = `${counted(document.chunks, 'passage')}  ${tags}`.trimEnd();
  return `${document.id.padEnd(8)} ${paint.strong(clean(document.name))}  ${paint.dim(facts)}`;
}
