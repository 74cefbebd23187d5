import { Command } from 'commander';
import type { PreheatClient } from '#sdk/client.ts';
import type { Explanation } from '#sdk/wire/answers.ts';
import type { ConnectionOptions } from '../connection.ts';
import { connect, withConnection } from '../connection.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';
import { clean, clip } from '../screen/visible-text.ts';

interface ExplainOptions extends ConnectionOptions {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ preheat explain "When are dogs welcome?"
  $ preheat explain ans_12 --json | jq .restsOn

Exit code: 0 explained, 1 not in the cache, 2 refused.`;

export function explainCommand(terminal: Terminal): Command {
  const command = new Command('explain')
    .description('tell what a cached answer rests on, and what changed')
    .argument('<question...>', 'the question, or the id of the answer')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES);
  return withConnection(command).action((words: readonly string[], options: ExplainOptions) =>
    runCommand(terminal, options, () => explain(terminal, words.join(' '), options)),
  );
}

async function explain(terminal: Terminal, text: string, options: ExplainOptions): Promise<number> {
  if (text.trim() === '') throw new Refusal('The question is empty.');
  const { client } = connect(options);
  const id = /^ans_[0-9a-z]{1,11}$/.test(text) ? text : await idOf(client, text);
  if (id === null) {
    terminal.note(`\nThe cache holds no answer to this question.\n\n`);
    return EXIT.failed;
  }
  const explanation = await client.answers.explain(id);
  if (options.json === true) terminal.out(`${JSON.stringify(explanation)}\n`);
  else terminal.out(`\n${linesOf(explanation, terminal.paint, terminal.width()).join('\n')}\n\n`);
  return EXIT.ok;
}

/** The newest answer to the question; asking would count, and might make one. */
async function idOf(client: PreheatClient, question: string): Promise<string | null> {
  const wanted = sameness(question);
  const { items } = await client.answers.list({
    text: question
      .trim()
      .replace(/[?!.\s]+$/, '')
      .slice(0, 200),
    limit: 100,
  });
  return items.find((answer) => sameness(answer.question) === wanted)?.id ?? null;
}

function sameness(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[\s?!.…]+$/, '')
    .trim();
}

const STATES = {
  there: 'unchanged',
  changed: 'changed or taken out since',
  gone: 'the document is gone',
} as const;

function linesOf(explanation: Explanation, paint: Paint, width: number): string[] {
  const { since } = explanation;
  return [
    ...headLines(explanation, paint),
    '',
    paint.strong('Rests on'),
    ...supportLines(explanation, paint, width),
    ...(since.length === 0 ? [] : ['', paint.strong('Changed since'), ...since.map(changeLine)]),
    ...formerLines(explanation, paint),
  ];
}

function headLines({ answer, isChecked }: Explanation, paint: Paint): string[] {
  const says = answer.changedAt === null ? '' : ` since ${answer.changedAt}`;
  const checked = isChecked
    ? 'Nothing has changed since it was last looked at'
    : 'Documents have changed since it was last looked at: it is looked at again before it is given';
  return [
    paint.strong(clean(answer.question)),
    clean(answer.answer),
    paint.dim(`Version ${answer.version}${says}; made ${answer.createdAt}, expires ${answer.expiresAt}`),
    paint.dim(checked),
  ];
}

function supportLines({ restsOn }: Explanation, paint: Paint, width: number): string[] {
  const supports = restsOn.filter((support) => support.supports);
  if (supports.length === 0) return ['  nothing: the documents do not answer it'];
  const others = restsOn.length - supports.length;
  return [
    ...supports.flatMap(({ document, state, quotes, text }) => {
      const mark = state === 'there' ? paint.accent('✓') : paint.bad('✗');
      const name = clean(document ?? 'a document that is gone');
      const words = quotes.length > 0 ? quotes : [text ?? ''];
      return [
        `  ${mark} ${name}  ${paint.dim(STATES[state])}`,
        ...words.map((quote) => `    ${clip(clean(quote), Math.max(20, width - 4))}`),
      ];
    }),
    ...(others === 0 ? [] : [paint.dim(`  and ${others} more paragraphs that were looked at`)]),
  ];
}

function formerLines({ former, madeAgainFor }: Explanation, paint: Paint): string[] {
  if (former === null) return [];
  return [
    '',
    paint.strong(`What changed at ${former.replacedAt}`),
    `  ${showDiff(former.diff, paint)}`,
    ...(madeAgainFor.length === 0 ? [] : [paint.dim('  Made again for'), ...madeAgainFor.map(changeLine)]),
  ];
}

function changeLine({ document, kind, corpusVersion }: Explanation['since'][number]): string {
  return `  ${clean(document)} was ${kind} (version ${corpusVersion} of the documents)`;
}

/** Without colours too: `[-25-]{+28+}`, as git has it. */
function showDiff(diff: NonNullable<Explanation['former']>['diff'], paint: Paint): string {
  return diff
    .map(({ kind, text }) => {
      const words = clean(text);
      if (kind === 'same') return words;
      return kind === 'added' ? paint.accent(`{+${words}+}`) : paint.bad(`[-${words}-]`);
    })
    .join('');
}
