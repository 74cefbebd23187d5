import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '#domain/fault.ts';
import type { FileRow } from '#ports/workload.ts';
import { GROUP_ROWS, readQuestions } from './read-file.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readBytes(bytes: Uint8Array, name = 'questions.txt', size = 7): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const group of readQuestions({ name, mediaType: '', bytes: inChunks(bytes, size) }))
    rows.push(...group);
  return rows;
}

const read = (text: string, name?: string) => readBytes(Buffer.from(text), name);

/** The line of each row, with its question or problem. */
const brief = (rows: readonly FileRow[]): [number, string][] =>
  rows.map(({ line, read: row }) => [
    line,
    'ok' in row ? textOf(row.ok.payload['question']) : `! ${row.problem.message}`,
  ]);

const textOf = (json: unknown) => (typeof json === 'string' ? json : assert.fail('no text'));

const payloads = (rows: readonly FileRow[]) =>
  rows.map(({ read: row }) => ('ok' in row ? row.ok.payload : row.problem));

test('a text file has a question on each line; blank lines and comments are skipped', async () => {
  const rows = await read('# About leave\n\nHow much?\n   \n  When is payday?  \n#What?\nWho?');
  assert.deepEqual(brief(rows), [
    [3, 'How much?'],
    [5, 'When is payday?'],
    [7, 'Who?'],
  ]);
});

test('LF, CRLF and CR end lines, wherever the chunks are cut', async () => {
  for (const text of ['One?\nTwo?\n\nThree?', 'One?\r\nTwo?\r\n\r\nThree?\r\n', 'One?\rTwo?\r\rThree?\r']) {
    for (const size of [1, 2, 3, 5, 1_000]) {
      assert.deepEqual(brief(await readBytes(Buffer.from(text), 'q.txt', size)), [
        [1, 'One?'],
        [2, 'Two?'],
        [4, 'Three?'],
      ]);
    }
  }
});

test('UTF-8 with and without a mark, UTF-16 of both kinds, and Latin-1 are read, wherever the chunks are cut', async () => {
  const text = 'Où est le café?\nWas heißt „Moult“?\n';
  const little = Buffer.from(text, 'utf16le');
  const big = Buffer.from(little).swap16();
  const marked = (mark: readonly number[], body: Buffer) => Buffer.concat([Buffer.from(mark), body]);
  const windows = Buffer.from(text.replace('„', '\x84').replace('“', '\x93'), 'latin1');
  const files = [
    Buffer.from(text),
    marked([0xef, 0xbb, 0xbf], Buffer.from(text)),
    little,
    marked([0xff, 0xfe], little),
    big,
    marked([0xfe, 0xff], big),
    windows,
  ];
  for (const bytes of files) {
    for (const size of [1, 3, 4, 600]) {
      assert.deepEqual(brief(await readBytes(bytes, 'q.txt', size)), [
        [1, 'Où est le café?'],
        [2, 'Was heißt „Moult“?'],
      ]);
    }
  }
});

test('the first character beyond ASCII may come late, and be cut by a chunk', async () => {
  const before = `${'Is it raining?\n'.repeat(100)}`;
  for (const encoding of ['utf8', 'latin1'] as const) {
    const rows = await readBytes(Buffer.from(`${before}Où?`, encoding), 'q.txt', 751);
    assert.deepEqual(brief(rows).at(-1), [101, 'Où?']);
  }
});

test('bytes that are no UTF-8 in a file that was UTF-8 are a problem of their line alone', async () => {
  const bytes = Buffer.concat([
    Buffer.from('Où?\nWas?\nCaf'),
    Buffer.from([0xe9]),
    Buffer.from(' noir?\nWer?'),
  ]);
  const rows = brief(await readBytes(bytes));
  assert.deepEqual(
    rows.map(([line]) => line),
    [1, 2, 3, 4],
  );
  assert.match(rows[2]?.[1] ?? '', /^! .*could not be read.*UTF-8/);
  assert.equal(rows[3]?.[1], 'Wer?');
});

test('a binary file is refused, with where documents belong', async () => {
  const files = [
    '%PDF-1.7 ...',
    'PK\u0003\u0004....',
    'GIF89a....',
    'ab\u0000\u0000c\u0001\u0000d\u0000\u0000',
    '{\\rtf1',
  ];
  for (const text of [...files, `\u0089PNG....`]) {
    await assert.rejects(
      readBytes(Buffer.from(text, 'latin1')),
      (error: Fault) =>
        error.kind === 'unsupported' && error.code === 'not_text' && error.message.includes('/documents'),
    );
  }
});

test('50 MB of one line are refused after the first 64 KiB of it, with the line number', async () => {
  let sent = 0;
  async function* endless() {
    yield Buffer.from('How?\nWhen?\n');
    for (; sent < 50 * 1024; sent += 1) yield Buffer.alloc(1024, 'x');
  }
  await assert.rejects(
    async () => {
      for await (const _ of readQuestions({ name: 'q.txt', mediaType: 'text/plain', bytes: endless() }));
    },
    (error: Fault) => error.code === 'line_too_long' && error.problems[0]?.line === 3,
  );
  assert.ok(sent < 200, `${sent} KiB were taken`);
});

test('a question that is too long, or holds control characters, is a problem of its line alone', async () => {
  const rows = brief(await read(`How?\n${'x'.repeat(2_001)}\nbell \u0007?\n???\nWho?`));
  assert.match(rows[1]?.[1] ?? '', /^! the question has 2001 characters; at most 2000/);
  assert.match(rows[2]?.[1] ?? '', /^! .*control character/);
  assert.match(rows[3]?.[1] ?? '', /^! .*no words/);
  assert.deepEqual(
    [rows[0], rows[4]],
    [
      [1, 'How?'],
      [5, 'Who?'],
    ],
  );
});

test('CSV: the column headed "question", wherever it stands; the others are kept', async () => {
  const rows = await read(
    'id;Question;Tag\n1;"What is ""moult""?\nAnd why; please?";birds\n;;\n2;How?;\n',
    'q.csv',
  );
  assert.deepEqual(payloads(rows), [
    { question: 'What is "moult"?\nAnd why; please?', id: '1', Tag: 'birds' },
    { question: 'How?', id: '2' },
  ]);
  assert.deepEqual(
    rows.map((row) => row.line),
    [2, 5],
  );
});

test('CSV of one column needs no header', async () => {
  assert.deepEqual(brief(await read('How?,\n"When, then?"\n', 'q.csv')), [
    [1, 'How?'],
    [2, 'When, then?'],
  ]);
});

test('CSV of several columns, none headed "question", is refused: which one is meant is not guessed', async () => {
  for (const [text, line] of [
    ['4711;How?\n4712;When?\n', 1],
    ['\n\nid,text\n1,How?\n', 3],
    ['How much is a, and b?\n', 1],
  ] as const) {
    await assert.rejects(read(text, 'q.csv'), (error: Fault) => {
      assert.equal(error.code, 'no_question_column');
      assert.equal(error.problems[0]?.line, line);
      return true;
    });
  }
});

test('CSV: a line of more fields than columns is named, not cut', async () => {
  const rows = brief(await read('id,question\n1,How?,,\n2,How much is a, or b?\n', 'q.csv'));
  assert.deepEqual(rows[0], [2, 'How?']);
  assert.match(rows[1]?.[1] ?? '', /^! .*3 fields.*2 columns.*double quotes/);
  assert.match(brief(await read('How?\nOr, then?', 'q.csv'))[1]?.[1] ?? '', /^! .*1 column:/);
});

test('CSV: a quote that is never closed is named with the line it begins on', async () => {
  const rows = brief(await read('question\nHow?\n"When\nWho?\n', 'q.csv'));
  assert.deepEqual(rows[0], [2, 'How?']);
  assert.equal(rows[1]?.[0], 3);
  assert.match(rows[1]?.[1] ?? '', /never closed/);
});

test('JSONL: a text or an object on each line; what is wrong is named by line', async () => {
  const rows = await read(
    '"How?"\n\n{"question":"When?","tag":"pay"}\n{"query":"Who?"}\n{oops\n42\n',
    'q.jsonl',
  );
  assert.deepEqual(payloads(rows).slice(0, 2), [{ question: 'How?' }, { question: 'When?', tag: 'pay' }]);
  const problems = brief(rows).slice(2);
  assert.deepEqual(
    problems.map(([line]) => line),
    [4, 5, 6],
  );
  assert.match(problems[0]?.[1] ?? '', /"question" is missing/);
  assert.match(problems[1]?.[1] ?? '', /not JSON/);
});

test('a file without a telling name is judged by its first line', async () => {
  assert.deepEqual(payloads(await read('{"question":"How?","tag":1}', 'upload')), [
    { question: 'How?', tag: 1 },
  ]);
  assert.deepEqual(payloads(await read('question,tag\nHow?,a', 'upload')), [{ question: 'How?', tag: 'a' }]);
  assert.deepEqual(payloads(await read('Is the question, in short, whether?\nB', '-')).length, 2);
});

test('one JSON array in a file is refused, with what to do instead', async () => {
  await assert.rejects(read('[\n  "How?"\n]', 'q.json'), { code: 'json_array' });
});

test('an empty file has no rows', async () => {
  for (const text of ['', '\n\n', '\ufeff', '# nothing\n']) assert.deepEqual(await read(text), []);
});

test('rows come in groups, so that a large file is never in memory as a whole', async () => {
  const sizes: number[] = [];
  const bytes = inChunks(Buffer.from('How?\n'.repeat(9_000)), 64 * 1024);
  for await (const rows of readQuestions({ name: 'q.txt', mediaType: '', bytes })) sizes.push(rows.length);
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    9_000,
  );
  assert.ok(sizes.every((size) => size <= GROUP_ROWS));
});
