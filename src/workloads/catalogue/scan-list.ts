import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import type { IncomingFile } from '#ports/workload.ts';
import { CsvReader, delimiterOf } from '../tabular/csv.ts';
import type { CsvRecord } from '../tabular/csv.ts';
import { readIsbns } from '#domain/isbn.ts';
import { decodeLines, HOW_TO_EXPORT, MAX_LINE } from './decode-lines.ts';
import { formatOf, namesIn } from './formats.ts';
import type { Format } from './formats.ts';
import { hasColumnNames, plainName, proposeMapping, ROLES } from './mapping.ts';
import type { Mapping, Role } from './mapping.ts';
import { Roster } from './roster.ts';
import type { Listed } from './roster.ts';

/** How a list was read. */
export interface Scan {
  readonly format: Format['name'] | 'unknown';
  readonly columns: readonly string[];
  /** Columns by role, as they were taken or are proposed. */
  readonly mapping: Mapping;
  /** The columns were guessed: somebody has to say that the guess is right. */
  readonly needsMapping: boolean;
  readonly books: number;
  readonly authors: readonly Listed[];
  /** Rows that name no author: counted, and the first of them told. */
  readonly leftOut: number;
  readonly problems: readonly Problem[];
}

const MAX_COLUMNS = 1_000;
const MOST_PROBLEMS = 50;
/** What a guess looks at. */
const PEEK_ROWS = 20;
/** A book of more authors than this is an anthology; it counts for the first. */
const MOST_AUTHORS = 4;

/**
 * Reads a list of books down to its authors. Of each row only the columns with a role are looked at: reviews and
 * private notes are in none of them.
 *
 * @param propose asked what the columns are where neither an exporter nor the caller says; the rules guess otherwise
 * @throws Fault invalid `too_many_columns`, `quote_not_closed`, `line_too_long`, `stray_quotes`, `no_such_column`,
 *   `not_a_book_list`; unsupported `not_a_list`; too_large `too_many_authors`
 */
export async function scanList(
  file: IncomingFile,
  mapping: Mapping | null,
  propose: ProposeMapping = async () => null,
): Promise<Scan> {
  const scanner = new ListScanner(file.name, mapping, propose);
  for await (const lines of decodeLines(file)) await scanner.read(lines);
  return scanner.finish();
}

export type ProposeMapping = (header: readonly string[]) => Promise<Mapping | null>;

/** @returns what to answer when columns were guessed and nobody has confirmed */
export function mappingNeeded(name: string, scan: Scan): Fault {
  const { hasHeader: _, ...roles } = scan.mapping;
  const proposal = Object.entries(roles).map(([role, column]) => `${role} = ${JSON.stringify(column)}`);
  return new Fault(
    'refused',
    'mapping_needed',
    `The columns of ${name} are those of no exporter that is known. Proposed: ${proposal.join(', ')}. Send options.mapping = ${JSON.stringify(scan.mapping)} if that is right, or what is.`,
    {
      problems: [
        {
          line: 1,
          field: 'options.mapping',
          message: `columns are: ${scan.columns.slice(0, 40).join(', ')}`,
        },
      ],
    },
  );
}

class ListScanner {
  readonly #name: string;
  readonly #given: Mapping | null;
  readonly #propose: ProposeMapping;
  readonly #roster = new Roster();
  readonly #problems: Problem[] = [];
  #reader: CsvReader | null = null;
  #delimiter = ',';
  #isUnquoted = false;
  #line = 0;
  #layout: Layout | null = null;
  /** Rows that came before the columns were known. */
  #peeked: CsvRecord[] = [];
  #books = 0;
  #leftOut = 0;

  constructor(name: string, mapping: Mapping | null, propose: ProposeMapping) {
    this.#name = name;
    this.#given = mapping;
    this.#propose = propose;
  }

  async read(lines: readonly string[]): Promise<void> {
    let rest = lines;
    if (this.#line === 0 && this.#reader === null) rest = this.#begin(lines);
    await this.#take(await this.#records(rest));
  }

  async finish(): Promise<Scan> {
    if (this.#reader !== null) {
      const { records, unclosedSince } = await this.#reader.end();
      await this.#take(records);
      if (unclosedSince !== null) throw this.#unclosed(unclosedSince);
    }
    if (this.#layout === null) await this.#settle();
    const layout = this.#layout as unknown as Layout;
    return {
      format: layout.format.name === 'mapped' && this.#given === null ? 'unknown' : layout.format.name,
      columns: layout.columns,
      mapping: layout.mapping,
      needsMapping: layout.isGuessed,
      books: this.#books,
      authors: this.#roster.finish(),
      leftOut: this.#leftOut,
      problems: this.#problems,
    };
  }

  /** The first line that is not blank tells the delimiter, and whether quotes are quotes. */
  #begin(lines: readonly string[]): readonly string[] {
    const first = lines.findIndex((line) => line.trim() !== '');
    if (first === -1) return [];
    const header = lines[first] as string;
    this.#delimiter = delimiterOf(header);
    if (header.split(this.#delimiter).length > MAX_COLUMNS) throw this.#tooWide(first + 1);
    this.#isUnquoted =
      this.#delimiter === '\t' && (formatOf(header.split('\t').map(unquote))?.isUnquoted ?? false);
    if (!this.#isUnquoted) this.#reader = new CsvReader(this.#delimiter, MAX_LINE);
    return lines;
  }

  async #records(lines: readonly string[]): Promise<readonly CsvRecord[]> {
    const from = this.#line;
    this.#line += lines.length;
    if (!this.#isUnquoted) return (await this.#reader?.feed(lines)) ?? [];
    return lines.flatMap((line, i) =>
      line.trim() === '' ? [] : [{ line: from + i + 1, fields: line.split('\t').map(unquote) }],
    );
  }

  async #take(records: readonly CsvRecord[]): Promise<void> {
    for (const record of records) {
      if (record.fields.length > MAX_COLUMNS) throw this.#tooWide(record.line);
      if (record.fields.every((field) => field.trim() === '')) continue;
      if (this.#layout !== null) this.#count(record, this.#layout);
      else {
        this.#peeked.push(record);
        if (this.#peeked.length > PEEK_ROWS) await this.#settle();
      }
    }
  }

  /** Decides what the columns are, and takes up the rows that waited for that. */
  async #settle(): Promise<void> {
    const [first, ...others] = this.#peeked;
    if (first === undefined) throw this.#noBooks('it is empty');
    const layout = await this.#layoutFor(first, others);
    this.#layout = layout;
    for (const record of layout.hasHeader ? others : this.#peeked) this.#count(record, layout);
    this.#peeked = [];
  }

  async #layoutFor(first: CsvRecord, others: readonly CsvRecord[]): Promise<Layout> {
    const header = first.fields.map((field) => field.trim());
    if (this.#given !== null) return layoutOf(header, MAPPED, this.#given, this.#name);
    const format = formatOf(header);
    if (format !== null) return knownLayout(header, format);
    const rows = others.map((record) => record.fields);
    // A first row that may be a book is nobody's to see.
    const proposed = hasColumnNames(header) ? await this.#propose(header) : null;
    const proposal = proposed ?? proposeMapping(header, rows);
    if (proposal !== null) return { ...layoutOf(header, MAPPED, proposal, this.#name), isGuessed: true };
    throw this.#noBooks(
      `no column is called like an author (columns: ${header.slice(0, 40).join(', ').slice(0, 400)}). If one holds the authors, say which: options.mapping = {"author": 2}`,
    );
  }

  #count(record: CsvRecord, { format, at }: Layout): void {
    const cell = (role: Role): string => record.fields[at[role] ?? -1]?.trim() ?? '';
    const names = namesIn(cell('author').slice(0, 2_000), format.authors);
    const isbns = [...new Set([...readIsbns(cell('isbn13')), ...readIsbns(cell('isbn'))])];
    const book = {
      line: record.line,
      title: cell('title').slice(0, 1_000),
      isbns,
      rating: Math.min(5, Math.max(0, Number.parseFloat(cell('rating').replace(',', '.')) || 0)),
      reads: Math.min(1_000, Math.max(0, Number.parseInt(cell('reads'), 10) || 0)),
    };
    this.#books += 1;
    const counted = names.length > MOST_AUTHORS ? names.slice(0, 1) : names;
    const added = counted.filter((author) => this.#roster.add({ ...book, author }));
    if (added.length > 0) return;
    this.#leftOut += 1;
    if (this.#problems.length < MOST_PROBLEMS)
      this.#problems.push({
        line: record.line,
        field: 'author',
        message: 'names no author, and is left out',
      });
  }

  #tooWide(line: number): Fault {
    const message = `more than ${MAX_COLUMNS} columns`;
    return new Fault(
      'invalid',
      'too_many_columns',
      `Line ${line} of ${this.#name} has ${message}: that is no list of books. ${HOW_TO_EXPORT}.`,
      {
        problems: [{ line, message }],
      },
    );
  }

  #unclosed(line: number): Fault {
    const message = 'a quoted field begins here and is never closed';
    return new Fault(
      'invalid',
      'quote_not_closed',
      `Line ${line} of ${this.#name}: ${message}, so the rest of the file is in it. Export the list again.`,
      {
        problems: [{ line, message }],
      },
    );
  }

  #noBooks(why: string): Fault {
    return new Fault(
      'invalid',
      'not_a_book_list',
      `${this.#name} is no list of books: ${why}. ${HOW_TO_EXPORT}.`,
      {
        problems: [{ line: 1, message: why }],
      },
    );
  }
}

interface Layout {
  readonly format: Format;
  readonly columns: readonly string[];
  readonly mapping: Mapping;
  readonly hasHeader: boolean;
  readonly isGuessed: boolean;
  /** Index of each role's column. */
  readonly at: Readonly<Partial<Record<Role, number>>>;
}

const MAPPED: Format = { name: 'mapped', columns: {}, authors: 'any' };

function knownLayout(header: readonly string[], format: Format): Layout {
  const names = header.map(plainName);
  const at: Partial<Record<Role, number>> = {};
  for (const role of ROLES) {
    const index = names.findIndex((name) => format.columns[role]?.includes(name) ?? false);
    if (index !== -1) at[role] = index;
  }
  const mapping = Object.fromEntries(
    Object.entries(at).map(([role, index]) => [role, header[index] as string]),
  );
  return { format, columns: header, mapping, hasHeader: true, isGuessed: false, at };
}

/** @throws Fault invalid `no_such_column` */
function layoutOf(header: readonly string[], format: Format, mapping: Mapping, name: string): Layout {
  const names = header.map(plainName);
  const at: Partial<Record<Role, number>> = {};
  for (const role of ROLES) {
    const column = mapping[role];
    if (column === undefined) continue;
    const index = typeof column === 'number' ? column - 1 : names.indexOf(plainName(column));
    if (index < 0 || index >= header.length) {
      const message = `there is no column ${JSON.stringify(column)}; there are: ${header.slice(0, 40).join(', ').slice(0, 400)}`;
      throw new Fault('invalid', 'no_such_column', `options.mapping.${role}: ${name}: ${message}.`, {
        problems: [{ line: 1, field: `options.mapping.${role}`, message }],
      });
    }
    at[role] = index;
  }
  return { format, columns: header, mapping, hasHeader: mapping.hasHeader ?? true, isGuessed: false, at };
}

function unquote(field: string): string {
  const text = field.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
