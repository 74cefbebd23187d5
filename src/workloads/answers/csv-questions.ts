import { Fault } from '#domain/fault.ts';
import type { FileRow } from '#ports/workload.ts';
import { CsvReader, delimiterOf } from '../tabular/csv.ts';
import type { CsvRecord } from '../tabular/csv.ts';
import { readEntry } from './read-entry.ts';

/**
 * The questions of a CSV file: the column headed "question", or the only one. Other headed columns are kept.
 *
 * Never a guess among several columns: of `4711;How long is the warranty?` the first is a number, and of a text with
 * a comma that nobody quoted the first is half a question. Whoever pays for answers wants to be asked instead.
 */
export class CsvQuestions {
  readonly #reader: CsvReader;
  readonly #skipped: number;
  /** Names of the columns; null before the first record, empty when it was no header. */
  #columns: readonly string[] | null = null;
  #question = 0;

  /** @param number the line of `firstLine`, which comes again as the first to read */
  constructor(firstLine: string, number: number) {
    this.#reader = new CsvReader(delimiterOf(firstLine));
    this.#skipped = number - 1;
  }

  /** Whether a line looks like a header; a guess, so a delimiter inside quotes does not matter. */
  static isHeader(line: string): boolean {
    const names = line.split(delimiterOf(line)).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
    return questionColumn(names) !== -1;
  }

  /** @throws Fault invalid `line_too_long`, `stray_quotes`, `no_question_column` */
  async read(lines: readonly string[]): Promise<FileRow[]> {
    return this.#rowsOf(await this.#reader.feed(lines));
  }

  /** @throws Fault invalid `line_too_long`, `stray_quotes`, `no_question_column` */
  async end(): Promise<FileRow[]> {
    const { records, unclosedSince } = await this.#reader.end();
    const rows = this.#rowsOf(records);
    if (unclosedSince === null) return rows;
    const line = this.#skipped + unclosedSince;
    const message = 'a quoted field begins here and is never closed: everything after it was swallowed';
    return [...rows, { line, read: { problem: { line, message } } }];
  }

  #rowsOf(records: readonly CsvRecord[]): FileRow[] {
    const rows: FileRow[] = [];
    for (const record of records) {
      if (record.fields.every((field) => field.trim() === '')) continue;
      const line = this.#skipped + record.line;
      const columns = this.#columns ?? this.#readHeader(record.fields, line);
      // A header is no row.
      if (columns === null) continue;
      const problem = tooWide(record.fields, Math.max(1, columns.length));
      rows.push({
        line,
        read:
          problem === null ? readEntry(this.#entryOf(record, columns)) : { problem: { line, ...problem } },
      });
    }
    return rows;
  }

  /** Takes the first record as the header; when it is none, there are no names, and it is a row. */
  #readHeader(fields: readonly string[], line: number): readonly string[] | null {
    const column = questionColumn(fields);
    if (column === -1 && !isNarrow(fields, 1)) throw noQuestionColumn(fields, line);
    this.#columns = column === -1 ? [] : fields.map((field) => field.trim());
    this.#question = Math.max(0, column);
    return column === -1 ? this.#columns : null;
  }

  #entryOf(record: CsvRecord, columns: readonly string[]): Record<string, string> {
    const extras: [string, string][] = [];
    columns.forEach((name, index) => {
      const value = record.fields[index]?.trim() ?? '';
      if (index !== this.#question && name !== '' && name !== 'question' && value !== '') {
        extras.push([name, value]);
      }
    });
    // Not by assignment: a column may be called __proto__.
    return Object.fromEntries([['question', record.fields[this.#question] ?? ''], ...extras]);
  }
}

function questionColumn(fields: readonly string[]): number {
  return fields.findIndex((field) => /^\s*questions?\s*$/i.test(field));
}

function isNarrow(fields: readonly string[], width: number): boolean {
  return fields.slice(width).every((field) => field.trim() === '');
}

function tooWide(fields: readonly string[], width: number): { message: string } | null {
  if (isNarrow(fields, width)) return null;
  const columns = width === 1 ? 'column' : 'columns';
  return {
    message: `the line has ${fields.length} fields, and the file ${width} ${columns}: put a text that holds the delimiter in double quotes`,
  };
}

function noQuestionColumn(fields: readonly string[], line: number): Fault {
  const shown = fields.slice(0, 8).map((field) => JSON.stringify(field.trim().slice(0, 40)));
  const message = `the file has ${fields.length} columns (${shown.join(', ')}${fields.length > 8 ? ', …' : ''}), and none is headed "question"`;
  return new Fault(
    'invalid',
    'no_question_column',
    `Line ${line}: ${message}. Write that word above the column that holds the questions; or if there is only one, put texts that hold the delimiter in double quotes.`,
    { problems: [{ line, message }] },
  );
}
