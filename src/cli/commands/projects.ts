import { openAsBlob } from 'node:fs';
import { once } from 'node:events';
import { Command } from 'commander';
import type { ProjectDetail } from '#sdk/wire/projects.ts';
import { connect, withConnection } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { readProjectChanges, SETTINGS } from './project-changes.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Terminal } from '../screen/terminal.ts';

interface ProjectOptions extends ConnectionOptions {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ preheat projects create support
  $ preheat projects set support tokensPerDay=200000 caps.pending=50000 rates.project=600/minute
  $ preheat projects export support > support.preheat.jsonl
  $ preheat projects import support.preheat.jsonl --as support-copy
  $ preheat projects delete support --yes`;

const COPY_NOTES = `
The copy holds documents with their passages, vectors and kept files, answers, judgements, misses, schedules, webhooks
without their secrets, catalogue records and settings; batches, keys and the audit stay. It is not encrypted. Where it is
brought in, schedules and webhooks are switched off, and answers are looked at again before they are given.`;

/** `preheat projects`: walls between those who share a server. */
export function projectsCommand(terminal: Terminal): Command {
  return new Command('projects')
    .description('make, set, copy and delete projects')
    .addHelpText('after', EXAMPLES)
    .addCommand(listCommand(terminal))
    .addCommand(createCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(setCommand(terminal))
    .addCommand(exportCommand(terminal))
    .addCommand(importCommand(terminal))
    .addCommand(deleteCommand(terminal));
}

function listCommand(terminal: Terminal): Command {
  return projectCommand('list', 'list projects').action((options: ProjectOptions) =>
    runCommand(terminal, options, async () => {
      const { items } = await connect(options).client.projects.list();
      if (options.json === true) terminal.out(`${JSON.stringify(items)}\n`);
      else for (const { name, createdAt } of items) terminal.out(`${name.padEnd(32)} ${createdAt}\n`);
      return EXIT.ok;
    }),
  );
}

function createCommand(terminal: Terminal): Command {
  return projectCommand('create', 'make a project, or find the one of that name')
    .argument('<name>', 'small letters, digits and hyphens')
    .action((name: string, options: ProjectOptions) =>
      runCommand(terminal, options, async () => {
        const project = await connect(options).client.projects.create(name);
        terminal.out(options.json === true ? `${JSON.stringify(project)}\n` : `${project.name} is there.\n`);
        return EXIT.ok;
      }),
    );
}

function showCommand(terminal: Terminal): Command {
  return projectCommand('show', 'the settings of a project')
    .argument('<name>')
    .action((name: string, options: ProjectOptions) =>
      runCommand(terminal, options, async () =>
        showSettings(terminal, options, await connect(options).client.projects.get(name)),
      ),
    );
}

function setCommand(terminal: Terminal): Command {
  return projectCommand('set', 'change settings of a project')
    .argument('<name>')
    .argument('<setting=value...>', '"default" goes back to what the server has')
    .addHelpText('after', `\nSettings:\n${SETTINGS.map((name) => `  ${name}`).join('\n')}`)
    .action((name: string, assignments: readonly string[], options: ProjectOptions) =>
      runCommand(terminal, options, async () => {
        const { projects } = connect(options).client;
        const { settings } = await projects.get(name);
        const changed = await projects.change(name, readProjectChanges(assignments, settings));
        return showSettings(terminal, options, changed);
      }),
    );
}

function exportCommand(terminal: Terminal): Command {
  return projectCommand('export', 'write a copy of a project to the output')
    .argument('<name>')
    .addHelpText('after', COPY_NOTES)
    .action((name: string, options: ProjectOptions) =>
      runCommand(terminal, options, async () => {
        if (process.stdout.isTTY)
          throw new Refusal('A copy is not for a screen.', [
            `preheat projects export ${name} > ${name}.jsonl`,
          ]);
        for await (const part of await connect(options).client.projects.export(name))
          if (!process.stdout.write(part)) await once(process.stdout, 'drain');
        return EXIT.ok;
      }),
    );
}

function importCommand(terminal: Terminal): Command {
  return projectCommand('import', 'bring in a copy of a project under a new name')
    .argument('<file>', 'what "preheat projects export" wrote')
    .requiredOption('--as <name>', 'a name that no project has')
    .addHelpText('after', COPY_NOTES)
    .action((file: string, options: ProjectOptions & { readonly as: string }) =>
      runCommand(terminal, options, async () => {
        const copy = await openAsBlob(file).catch((cause: unknown) => {
          throw new Refusal(`${file} cannot be read.`, [], { cause });
        });
        const { project, counts } = await connect(options).client.projects.import(options.as, copy);
        if (options.json === true) terminal.out(`${JSON.stringify({ project, counts })}\n`);
        else {
          const { documents = 0, answers = 0 } = counts;
          terminal.out(
            `${project.name}: ${counted(documents, 'document')}, ${counted(answers, 'answer')}.\n`,
          );
          if ((counts['schedules'] ?? 0) + (counts['webhooks'] ?? 0) > 0)
            terminal.note('Its schedules and webhooks are switched off; webhooks need a new secret.\n');
        }
        return EXIT.ok;
      }),
    );
}

function deleteCommand(terminal: Terminal): Command {
  return projectCommand('delete', 'delete a project with everything in it')
    .argument('<name>')
    .option('--yes', 'it is meant')
    .action((name: string, options: ProjectOptions & { readonly yes?: boolean }) =>
      runCommand(terminal, options, async () => {
        if (options.yes !== true)
          throw new Refusal(`Everything in ${name} would be gone: documents, answers, batches, keys.`, [
            `When that is meant:  preheat projects delete ${name} --yes`,
          ]);
        await connect(options).client.projects.delete(name);
        terminal.note(`${name} is deleted.\n`);
        return EXIT.ok;
      }),
    );
}

function projectCommand(name: string, description: string): Command {
  return withConnection(new Command(name).description(description).option('--json', 'print JSON'));
}

function showSettings(terminal: Terminal, { json }: ProjectOptions, project: ProjectDetail): number {
  if (json === true) terminal.out(`${JSON.stringify(project)}\n`);
  else
    for (const [name, value] of Object.entries(project.settings))
      terminal.out(`${name.padEnd(14)} ${value === null ? 'as the server has it' : JSON.stringify(value)}\n`);
  return EXIT.ok;
}
