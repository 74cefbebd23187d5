import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#domain/fault.ts';
import type { FileRow } from '#ports/workload.ts';
import { CsvReader } from '../tabular/csv.ts';
import type { CsvRecord } from '../tabular/csv.ts';
import { linesOf } from '../tabular/lines.ts';
import { readQuestions } from './read-file.ts';

type Table = readonly (readonly string[])[];

interface Dialect {
  readonly delimiter: string;
  readonly lineEnd: string;
  /** Quotes where none is needed. */
  readonly quotesAll: boolean;
  readonly endsLastLine: boolean;
}

const DELIMITER = fc.constantFrom(',', ';', '\t');
const DIALECT: fc.Arbitrary<Dialect> = fc.record({
  delimiter: DELIMITER,
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  quotesAll: fc.boolean(),
  endsLastLine: fc.boolean(),
});
const SIZE = fc.integer({ min: 1, max: 40 });

/** Cells that are full of what CSV stumbles over. Line ends inside are LF: the others are read as LF. */
const CELL = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\n', ' ', 'a', 'é', '日', '🐦', '\0', '\ufeff') }),
  fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\r\n?/g, '\n')),
);
const TABLE = fc.array(fc.array(CELL, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 20 });

/** CSV as RFC 4180 has it, and the line on which each record begins. */
function write(table: Table, dialect: Dialect): { text: string; lines: number[] } {
  const lines: number[] = [];
  let line = 1;
  const records = table.map((record) => {
    lines.push(line);
    line += 1 + record.join('').split('\n').length - 1;
    // A record of one empty cell would be a blank line.
    const quotesAll = dialect.quotesAll || record.join('') === '';
    return record.map((cell) => cellOf(cell, quotesAll)).join(dialect.delimiter);
  });
  return { text: records.join(dialect.lineEnd) + (dialect.endsLastLine ? dialect.lineEnd : ''), lines };
}

function cellOf(cell: string, isQuoted: boolean): string {
  return isQuoted || /[",;\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function recordsOf(text: string, delimiter: string, size: number): Promise<CsvRecord[]> {
  const reader = new CsvReader(delimiter);
  const records: CsvRecord[] = [];
  for await (const lines of linesOf(inPieces(text, size))) records.push(...(await reader.feed(lines)));
  const { records: last, unclosedSince } = await reader.end();
  assert.equal(unclosedSince, null);
  return [...records, ...last];
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 64 * 1024): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  const file = { name: 'q.csv', mediaType: '', bytes: inChunks(Buffer.from(text), size) };
  for await (const group of readQuestions(file)) rows.push(...group);
  return rows;
}

/** The rows, or the code of the fault and its line. */
async function outcome(text: string, size?: number): Promise<unknown> {
  try {
    return await read(text, size);
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return [error.code, error.problems[0]?.line];
  }
}

const payloads = (rows: readonly FileRow[]) =>
  rows.map(({ read: row }) => ('ok' in row ? row.ok.payload : row.problem.message));

test('what was written as CSV is read back exactly, with the line on which each record began', async () => {
  const property = fc.asyncProperty(TABLE, DIALECT, SIZE, async (table, dialect, size) => {
    const { text, lines } = write(table, dialect);
    const records = await recordsOf(text, dialect.delimiter, size);
    assert.deepEqual(
      records.map(({ fields }) => fields),
      table,
    );
    assert.deepEqual(
      records.map(({ line }) => line),
      lines,
    );
  });
  await fc.assert(property, { numRuns: 300 });
});

test('questions keep the other cells of their row under the names of the columns, whatever they are called', async () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'B', 'é', '7', '"', ',', ';'),
    minLength: 1,
    maxLength: 8,
  });
  const names = fc.uniqueArray(fc.oneof(word, fc.constantFrom('__proto__', 'constructor', 'tag')), {
    maxLength: 4,
  });
  const property = fc.asyncProperty(
    names,
    fc.nat(4),
    fc.array(word),
    SIZE,
    async (extras, at, cells, size) => {
      const columns = extras.toSpliced(at, 0, 'Question');
      const rows = cells.map((cell) => columns.map((name) => (name === 'Question' ? `Why ${cell}?` : cell)));
      const dialect = { delimiter: '\t', lineEnd: '\r\n', quotesAll: true, endsLastLine: true };
      const { text } = write([columns, ...rows], dialect);
      const expected = cells.map((cell) =>
        Object.fromEntries([['question', `Why ${cell}?`], ...extras.map((name) => [name, cell] as const)]),
      );
      const got = payloads(
        await read(`\ufeff${extras.length === 0 ? text.replace('\r\n', '\t""\r\n') : text}`, size),
      );
      assert.deepEqual(got, expected);
    },
  );
  await fc.assert(property);
});

test('whatever comes gives rows, problems that name their line, or a fault; the same wherever the chunks are cut', async () => {
  const hostile = fc.string({
    unit: fc.constantFrom(
      '"',
      '""',
      ',',
      ';',
      '\t',
      '\n',
      '\r',
      '\r\n',
      '\0',
      ' ',
      'a',
      'é',
      '\ufeff',
      '",',
      '"\n',
    ),
    maxLength: 400,
  });
  // NULs at the head of a file would make it a binary one.
  const head = `question,tag\n${'How?,a\n'.repeat(80)}`;
  const property = fc.asyncProperty(hostile, SIZE, async (text, size) => {
    const whole = await outcome(head + text);
    assert.deepEqual(await outcome(head + text, size), whole);
    const rows = whole as readonly FileRow[];
    for (const { line, read: row } of rows.slice(80)) {
      assert.ok(line > 81);
      if ('problem' in row) assert.match(row.problem.message, /^[a-z].*[^.]$/s);
    }
    const lines = rows.map(({ line }) => line);
    assert.deepEqual(
      lines,
      lines.toSorted((a, b) => a - b),
    );
  });
  await fc.assert(property, { numRuns: 300 });
});

test('rows may be shorter than the header, or end in empty fields; blank ones are skipped, and counted as lines', async () => {
  const rows = await read('question,tag\nHow?\n\n,\nWhen?,a,,\n  \n"Who?"\n');
  assert.deepEqual(payloads(rows), [
    { question: 'How?' },
    { question: 'When?', tag: 'a' },
    { question: 'Who?' },
  ]);
  assert.deepEqual(
    rows.map(({ line }) => line),
    [2, 5, 7],
  );
});

test('a quote inside a field is a quote, also when what a field begins with ends early', async () => {
  const rows = await read('question,tag\nA 5" pipe?,x\n"How" so?,"y"\n');
  assert.deepEqual(payloads(rows), [
    { question: 'A 5" pipe?', tag: 'x' },
    { question: '"How" so?', tag: 'y' },
  ]);
});

test('a quote that is never closed is named with its line, after rows and blank lines, and loses no row before', async () => {
  const rows = await read(`\n\nquestion,tag\nHow?,a\n\n\n"When\n\n,b\n${'Who?,c\n'.repeat(3_000)}`, 100);
  assert.deepEqual(
    rows.map(({ line }) => line),
    [4, 7],
  );
  assert.match(JSON.stringify(payloads(rows)[1]), /never closed/);
});

test('a quoted field over 64 KiB is refused with the line it began on, before the rest is taken', async () => {
  let sent = 0;
  async function* endless() {
    yield Buffer.from('question\nHow?\n\n"When');
    for (; sent < 50 * 1024; sent += 1) yield Buffer.from('and so on,\n'.repeat(100));
  }
  await assert.rejects(
    async () => {
      for await (const _ of readQuestions({ name: 'q.csv', mediaType: '', bytes: endless() }));
    },
    (error: Fault) => error.code === 'line_too_long' && error.problems[0]?.line === 4,
  );
  assert.ok(sent < 200, `${sent} KiB were taken`);
});

test('lines of nothing but delimiters or quotes end in rows, problems or a fault', async () => {
  assert.deepEqual(await outcome(`question,tag\n${','.repeat(1_000_000)}\n`), ['line_too_long', 2]);
  assert.deepEqual(await read(`question,tag\n${`${','.repeat(60_000)}\n`.repeat(10)}`), []);
  assert.deepEqual(await outcome(`question,tag\n${'"'.repeat(1_000_000)}\n`), ['line_too_long', 2]);
  assert.equal((await read(`question,tag\n${'"\n'.repeat(100_000)}`)).length, 0);
  assert.equal((await read(`question,tag\n${'"\n'.repeat(100_001)}`)).length, 1);
});

test('stray quotes that would make the parser copy for minutes are refused', async () => {
  const long = `"${'y'.repeat(60_000)}",a\n`;
  const [code] = (await outcome(`question,tag\n${long}${`${'"a"b,'.repeat(12_000)}\n`.repeat(100)}`)) as [
    string,
  ];
  assert.equal(code, 'stray_quotes');
  assert.equal((await read(`question,tag\n${'"a" b?,\n'.repeat(5_000)}`)).length, 5_000);
});
