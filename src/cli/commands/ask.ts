import { Command, Option } from 'commander';
import type { PreheatClient } from '#sdk/client.ts';
import { PreheatError } from '#sdk/error.ts';
import type { Ask, Asked } from '#sdk/wire/answers.ts';
import type { ConnectionOptions } from '../connection.ts';
import { connect, withConnection } from '../connection.ts';
import { errorAsJson } from '../screen/explain-error.ts';
import { filterOf, withFilter } from './filter-options.ts';
import type { FilterOptions } from './filter-options.ts';
import { LiveBlock } from '../screen/live-block.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { answerLines, freshnessLines } from '../screen/show-answer.ts';
import type { Terminal } from '../screen/terminal.ts';

interface AskOptions extends ConnectionOptions, FilterOptions {
  readonly refresh?: boolean;
  readonly only?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ preheat ask "How much holiday do I get in a year?"
  $ preheat ask "How much holiday do I get in a year?" --only     # from the cache or not at all
  $ preheat ask "Who founded the company?" --json | jq -r .answer
  $ preheat ask "How much holiday do I get?" --tag hr                # from documents with that tag alone

Exit code: 0 answered (also with "not found in the documents"), 1 not in the cache (--only), 2 refused.`;

export function askCommand(terminal: Terminal): Command {
  const command = withFilter(new Command('ask'))
    .description('ask one question')
    .argument('<question...>', 'the question; quotes are not needed')
    .option('--refresh', 'make the answer again, whatever the cache holds')
    .addOption(new Option('--only', 'take it from the cache or not at all').conflicts('refresh'))
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', EXAMPLES);
  return withConnection(command).action((words: readonly string[], options: AskOptions) =>
    runCommand(terminal, options, () => ask(terminal, words.join(' '), options)),
  );
}

async function ask(terminal: Terminal, question: string, options: AskOptions): Promise<number> {
  if (question.trim() === '') throw new Refusal('The question is empty.');
  const { client } = connect(options);
  const cache = options.refresh === true ? 'refresh' : options.only === true ? 'only' : 'use';
  const startedAt = performance.now();
  const isStreamed = terminal.isLive && options.json !== true;
  const filter = filterOf(options);
  const asked = { question, cache, ...(filter === undefined ? {} : { filter }) } as const;
  const asking = isStreamed ? streamed(terminal, client, asked) : client.ask(asked);
  const answered = await asking.catch(notCached);
  const tookMs = performance.now() - startedAt;
  if (answered instanceof PreheatError) {
    if (options.json === true) terminal.out(`${JSON.stringify(errorAsJson(answered))}\n`);
    else terminal.note(`\n${answered.message}\n\n`);
    return EXIT.failed;
  }
  if (options.json === true) {
    terminal.out(`${JSON.stringify(answered)}\n`);
    return EXIT.ok;
  }
  const { paint } = terminal;
  const lines = answerLines(answered, terminal.width(), paint);
  const freshness = freshnessLines(answered, tookMs, { width: terminal.width(), paint });
  terminal.out(`\n${lines.join('\n')}\n\n${freshness.join('\n')}\n\n`);
  return EXIT.ok;
}

/** Lines of an answer that are shown while it is written: a terminal can only redraw what it shows. */
const MOST_LIVE_LINES = 12;

/** Shows the answer as it is written; what stands at the end is drawn by the caller. */
async function streamed(terminal: Terminal, client: PreheatClient, ask: Omit<Ask, 'mode'>): Promise<Asked> {
  const block = new LiveBlock(terminal);
  let answer = '';
  try {
    const events = client.asks.stream(ask);
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done === true) return next.value;
      const event = next.value;
      if (event.event === 'answer') continue;
      answer = event.event === 'restart' ? '' : answer + event.text;
      const lines = answerLines({ answer, citations: [] }, terminal.width(), terminal.paint);
      block.draw(['', ...lines.slice(-MOST_LIVE_LINES)]);
    }
  } finally {
    block.end('clear');
  }
}

/** With `--only` this is an answer, not an error. */
function notCached(error: unknown): PreheatError {
  if (error instanceof PreheatError && error.code === 'not_cached') return error;
  throw error;
}
