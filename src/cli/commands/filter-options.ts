import { Option } from 'commander';
import type { Command } from 'commander';
import type { PassageFilter } from '#sdk/wire/passage-filter.ts';

export interface FilterOptions {
  readonly tag?: readonly string[];
  readonly document?: readonly string[];
}

/** The documents that answers are made from, as `documents search` has them too. */
export function withFilter(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--tag <tags>',
        'only from documents that have one of these tags, separated by commas',
      ).argParser(readList),
    )
    .addOption(
      new Option('--document <ids>', 'only from these documents, separated by commas').argParser(readList),
    );
}

/** undefined: from all documents. */
export function filterOf({ tag, document }: FilterOptions): PassageFilter | undefined {
  if (tag === undefined && document === undefined) return undefined;
  return {
    ...(document === undefined ? {} : { documents: [...document] }),
    ...(tag === undefined ? {} : { tags: [...tag] }),
  };
}

function readList(given: string): string[] {
  return given.split(',').map((each) => each.trim());
}
