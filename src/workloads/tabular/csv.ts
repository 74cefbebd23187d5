import { Parser } from 'csv-parse';
import type { CsvError, Info } from 'csv-parse';
import { MAX_LINE_CHARACTERS, refusedAt, tooLong } from './lines.ts';

/** A record of a CSV file, with the line it began on. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

const UTF8 = new TextEncoder();

/** What stray quotes may make csv-parse copy, in bytes: about a second. */
const MAX_COPIED_BYTES = 4 * 1024 ** 3;

/**
 * Reads CSV by csv-parse, fed with lines, so that line ends of every kind are one and no line is too long.
 *
 * Records are taken in `on_record`, not from the stream's end: an error empties a stream's queue, and what was read
 * before a quote that is never closed would be lost.
 */
export class CsvReader {
  readonly #parser: Parser;
  #records: CsvRecord[] = [];
  /** Where csv-parse stood at the last record: the line it ended on, and the blank lines skipped until then. */
  #last: Pick<Info, 'lines' | 'empty_lines'> = { lines: 0, empty_lines: 0 };
  #longestField = 0;
  #copiedBytes = 0;

  readonly #maxCharacters: number;

  constructor(delimiter: string, maxCharacters = MAX_LINE_CHARACTERS) {
    this.#maxCharacters = maxCharacters;
    this.#parser = new Parser({
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // Counts bytes of the field it is in: 64 KiB beyond ASCII are fewer characters than a line may have.
      max_record_size: maxCharacters,
      on_record: (fields, info) => {
        this.#keep(fields, info);
        return null;
      },
    });
    // Errors are told to the callbacks of write and end; without a listener they would also end the process.
    this.#parser.on('error', () => undefined);
  }

  /**
   * The records that these lines complete; the last may come with the next lines.
   *
   * @throws Fault invalid `line_too_long` when a record is, as after a quote that is left open; `stray_quotes`
   */
  async feed(lines: readonly string[]): Promise<readonly CsvRecord[]> {
    const bytes = UTF8.encode(`${lines.join('\n')}\n`);
    const error = await told((done) => this.#parser.write(bytes, done));
    if (error !== null) throw this.#faultOf(error);
    return this.#take();
  }

  /**
   * The last records, and the line on which a quoted field began that was never closed; null when all is well.
   *
   * @throws Fault invalid `line_too_long`, `stray_quotes`
   */
  async end(): Promise<{ records: readonly CsvRecord[]; unclosedSince: number | null }> {
    const error = await told((done) => this.#parser.end(done));
    if (error !== null && error.code !== 'CSV_QUOTE_NOT_CLOSED') throw this.#faultOf(error);
    return { records: this.#take(), unclosedSince: error === null ? null : this.#startOf(infoOf(error)) };
  }

  #keep(fields: readonly string[], info: Info): void {
    const line = this.#startOf(info);
    this.#payForStrayQuotes(fields, line);
    this.#records.push({ line, fields });
    this.#last = info;
    // A record of another length than the first costs csv-parse an error object, also when that is allowed: 25,000
    // rows a second instead of 250,000. While none is counted, each is the first.
    (this.#parser.info as { records: number }).records = 0;
  }

  /**
   * For each field with text after its closing quote, csv-parse copies a buffer as long as the longest field so far:
   * without a limit, 6 MB made for it take 20 s instead of 0.1. Such a field begins with the quote.
   */
  #payForStrayQuotes(fields: readonly string[], line: number): void {
    let strays = 0;
    for (const field of fields) {
      if (field.length > this.#longestField) this.#longestField = field.length;
      if (field.startsWith('"')) strays += 1;
    }
    this.#copiedBytes += strays * this.#longestField;
    if (this.#copiedBytes <= MAX_COPIED_BYTES) return;
    const message =
      'too many fields with text after a closing quote: write "" for a quote inside quotes, or send the file in parts';
    throw refusedAt(line, 'stray_quotes', message);
  }

  #take(): readonly CsvRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  /** csv-parse tells the line a record ends on: it begins after the last one and the blank lines between. */
  #startOf(info: Pick<Info, 'empty_lines'>): number {
    return this.#last.lines + (info.empty_lines - this.#last.empty_lines) + 1;
  }

  #faultOf(error: CsvError): Error {
    if (error.code !== 'CSV_MAX_RECORD_SIZE') return error;
    const what = 'the record that begins here (is a quote left open?)';
    return refusedAt(this.#startOf(infoOf(error)), 'line_too_long', tooLong(what, this.#maxCharacters));
  }
}

/** What a call tells its callback. */
function told(call: (done: (error?: Error | null) => void) => unknown): Promise<CsvError | null> {
  return new Promise((resolve) => {
    call((error) => resolve((error as CsvError | null | undefined) ?? null));
  });
}

/** csv-parse puts its `info` on its errors; their type leaves that open. */
function infoOf(error: CsvError): Pick<Info, 'empty_lines'> {
  return { empty_lines: Number(error['empty_lines']) };
}

/**
 * The delimiter of a CSV file, by its first line: the one of comma, semicolon and tab that it has most of.
 *
 * Not csv-parse's `delimiter_auto`: it also picks letters, and fails on characters beyond ASCII.
 */
export function delimiterOf(firstLine: string): string {
  const outsideQuotes = firstLine.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: outsideQuotes.split(mark).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).mark;
}
