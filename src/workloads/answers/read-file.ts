import { Fault } from '#domain/fault.ts';
import type { Json } from '#domain/json.ts';
import type { FileRow, IncomingFile } from '#ports/workload.ts';
import { CsvQuestions } from './csv-questions.ts';
import { decodeText } from './decode.ts';
import { linesOf } from '../tabular/lines.ts';
import { readEntry, readText } from './read-entry.ts';

export const GROUP_ROWS = 2_000;

/** Reads a file by groups of its lines. */
interface LinesReader {
  /** @param number the line of the first */
  read(lines: readonly string[], number: number): FileRow[] | Promise<FileRow[]>;
  /** What is left to be said at the end of the file. */
  end?(): Promise<FileRow[]>;
}

/**
 * The questions of a text, CSV or JSONL file, as it arrives, in groups of at most 2,000 rows.
 *
 * @throws Fault unsupported `not_text`, `json_array`; invalid `line_too_long`, `stray_quotes`
 */
export async function* readQuestions(file: IncomingFile): AsyncGenerator<readonly FileRow[]> {
  let rows: FileRow[] = [];
  for await (const some of rowsOf(file)) {
    rows = rows.length === 0 ? some : rows.concat(some);
    for (; rows.length >= GROUP_ROWS; rows = rows.slice(GROUP_ROWS)) yield rows.slice(0, GROUP_ROWS);
  }
  if (rows.length > 0) yield rows;
}

async function* rowsOf(file: IncomingFile): AsyncGenerator<FileRow[]> {
  let reader: LinesReader | null = null;
  let next = 1;
  for await (const lines of linesOf(decodeText(file))) {
    const first = reader === null ? lines.findIndex((line) => line.trim() !== '') : 0;
    if (first !== -1) {
      reader ??= readerFor(file, lines[first] as string, next + first);
      yield await reader.read(lines.slice(first), next + first);
    }
    next += lines.length;
  }
  yield (await reader?.end?.()) ?? [];
}

/** The name decides, then what the sender claims, then what the first line that is not blank looks like. */
function readerFor(file: IncomingFile, firstLine: string, number: number): LinesReader {
  const format = formatOfName(file.name) ?? formatOfMediaType(file.mediaType) ?? formatOfContent(firstLine);
  if (format === 'csv') return new CsvQuestions(firstLine, number);
  if (format === 'text') return PLAIN;
  if (firstLine.trimStart().startsWith('[')) {
    throw new Fault(
      'unsupported',
      'json_array',
      `${file.name} looks like one JSON array. Put one question on each line (JSONL), or send the array as "items" of a JSON body.`,
    );
  }
  return JSONL;
}

type Format = 'text' | 'csv' | 'jsonl';

function formatOfName(name: string): Format | null {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (extension === 'csv' || extension === 'tsv') return 'csv';
  if (extension === 'jsonl' || extension === 'ndjson' || extension === 'json') return 'jsonl';
  return extension === 'txt' ? 'text' : null;
}

function formatOfMediaType(mediaType: string): Format | null {
  if (/^text\/(csv|tab-separated-values)\b/i.test(mediaType)) return 'csv';
  return /^application\/(json|jsonl|ndjson|x-ndjson|jsonlines|x-jsonlines)\b/i.test(mediaType)
    ? 'jsonl'
    : null;
}

function formatOfContent(firstLine: string): Format {
  const line = firstLine.trim();
  if (line.startsWith('{') && isJson(line)) return 'jsonl';
  return /^[^?]*[,;\t]/.test(line) && CsvQuestions.isHeader(line) ? 'csv' : 'text';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param read the row of a line, or null when it has none */
function eachLine(read: (line: string, number: number) => FileRow | null): LinesReader {
  return {
    read: (lines, number) =>
      lines.map((line, index) => read(line, number + index)).filter((row) => row !== null),
  };
}

const PLAIN = eachLine((line, number) => {
  const text = line.trim();
  return text === '' || text.startsWith('#') ? null : { line: number, read: readText(text) };
});

const JSONL = eachLine((line, number) => {
  if (line.trim() === '') return null;
  let entry: Json;
  try {
    entry = JSON.parse(line) as Json;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { line: number, read: { problem: { line: number, message: `the line is not JSON: ${why}` } } };
  }
  return { line: number, read: readEntry(entry) };
});
