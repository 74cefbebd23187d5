import type { Problem } from '#domain/fault.ts';
import { Fault } from '#domain/fault.ts';
import type { JsonObject } from '#domain/json.ts';
import type { NewWork, Readable, Workload } from '#ports/workload.ts';
import type { BatchInput } from './submission.ts';
import { breathe } from '../breathe.ts';

/** One entry of a submission, and where it stood. */
export interface IncomingRow {
  readonly read: Readable<NewWork>;
  readonly line?: number;
  readonly field?: string;
}

const GROUP = 2_000;

/**
 * The entries of a submission as items, in groups, as they arrive.
 *
 * @throws Fault `upload_only`
 */
export function readInput(
  workload: Workload,
  input: BatchInput,
  options: JsonObject,
): AsyncIterable<readonly IncomingRow[]> {
  if (input.kind === 'files') return readFiles(workload, input.files, options);
  if (input.kind === 'entries' && workload.takesOnlyReceived === true) {
    throw new Fault(
      'unsupported',
      'upload_only',
      `Work for ${workload.name} comes as files: upload them to /api/v1/${workload.name}.`,
    );
  }
  return readEntries(workload, input.entries);
}

async function* readEntries(
  workload: Workload,
  entries: Extract<BatchInput, { kind: 'entries' }>['entries'],
): AsyncIterable<readonly IncomingRow[]> {
  for (let from = 0; from < entries.length; from += GROUP) {
    if (from > 0) await breathe();
    yield entries
      .slice(from, from + GROUP)
      .map((entry, i) => ({ read: workload.readEntry(entry), field: `items[${from + i}]` }));
  }
}

async function* readFiles(
  workload: Workload,
  files: Extract<BatchInput, { kind: 'files' }>['files'],
  options: JsonObject,
): AsyncIterable<readonly IncomingRow[]> {
  let count = 0;
  for await (const file of files) {
    count += 1;
    if (workload.readFile === null) {
      throw new Fault('unsupported', 'no_files', `The workload ${workload.name} takes no files of entries.`);
    }
    for await (const rows of workload.readFile(file, options)) {
      yield count === 1 ? rows : rows.map((row) => ({ ...row, field: file.name }));
    }
  }
  if (count === 0)
    throw new Fault('invalid', 'no_file', 'The upload held no file: send at least one part named file.');
}

/** The problem of a row, with the place where it stood. */
export function locate(row: IncomingRow, problem: Problem): Problem {
  const field = [row.field, problem.field].filter((part) => part !== undefined).join('.');
  const line = row.line ?? problem.line;
  return {
    ...(line === undefined ? {} : { line }),
    ...(field === '' ? {} : { field }),
    message: problem.message,
  };
}
