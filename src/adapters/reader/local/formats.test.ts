import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { docxParts, epubOf, pptxOf, wordParagraph, xmlPart, zipped } from './minimal-office.ts';
import { readBytes } from './read-bytes.ts';
import type { ReadFile } from './read-file.ts';

describe('Word documents', () => {
  test('headings, paragraphs, lists and tables are read; deleted text and pictures are not', async () => {
    const cell = (text: string): string => `<w:tc>${wordParagraph(text)}</w:tc>`;
    const row = (...cells: string[]): string => `<w:tr>${cells.map(cell).join('')}</w:tr>`;
    const body = [
      wordParagraph('Parking', 1),
      wordParagraph('Two spaces &amp; a bicycle shed.'),
      '<w:p><w:del><w:r><w:delText>Three spaces.</w:delText></w:r></w:del><w:ins><w:r><w:t>Ask Ada.</w:t></w:r></w:ins></w:p>',
      `<w:tbl>${row('Floor', 'Desk')}${row('First', 'Ada')}</w:tbl>`,
    ];
    const file = await read('a.docx', zipped(docxParts(body.join(''))));
    assert.equal(file.mediaType, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
    assert.deepEqual(shown(file), [
      '# Parking',
      'Two spaces & a bicycle shed.',
      'Ask Ada.',
      'Floor; Desk',
      'First; Ada',
    ]);
  });

  test('a document that is called something else is still one', async () => {
    const file = await read('letter.txt', zipped(docxParts(wordParagraph('Dear Ada.'))));
    assert.deepEqual(shown(file), ['Dear Ada.']);
  });
});

test('slides are pages: title, lines and notes, in the order of the show', async () => {
  const slides = [
    { title: 'Holidays', lines: ['Twenty-six days', 'Ask early'], notes: 'Mention the calendar.' },
    { title: 'Parking', lines: ['Two spaces'] },
  ];
  const file = await read('a.pptx', pptxOf(slides));
  assert.equal(file.pages, 2);
  assert.deepEqual(
    file.blocks.map(({ text, page }) => [page, text]),
    [
      [1, 'Holidays'],
      [1, 'Twenty-six days'],
      [1, 'Ask early'],
      [1, 'Mention the calendar.'],
      [2, 'Parking'],
      [2, 'Two spaces'],
    ],
  );
});

test('a presentation of more slides than allowed is refused', async () => {
  const slides = Array.from({ length: 12 }, (_, i) => ({ title: `Slide ${i}`, lines: [] }));
  await assert.rejects(
    readBytes({ name: 'a.pptx', bytes: pptxOf(slides) }, { maxPages: 10 }, () => undefined),
    /has 12 pages, more than the 10 allowed/,
  );
});

test('chapters of a book are read in the order of the book', async () => {
  const file = await read('a.epub', epubOf(['<h1>One</h1><p>First.</p>', '<h1>Two</h1><p>Second.</p>']));
  assert.equal(file.mediaType, 'application/epub+zip');
  assert.deepEqual(shown(file), ['# One', 'First.', '# Two', 'Second.']);
});

describe('tables of text', () => {
  test('each row names its columns', async () => {
    const text = 'Name;Room;Phone\nAda;"2; left";17\n\nBen;3;\n';
    const file = await read('a.csv', Buffer.from(text));
    assert.equal(file.mediaType, 'text/csv');
    assert.deepEqual(shown(file), ['Name: Ada; Room: 2; left; Phone: 17', 'Name: Ben; Room: 3']);
  });

  test('a table without names of columns is read row by row', async () => {
    assert.deepEqual(shown(await read('a.tsv', Buffer.from('1\t2\n3\t4\n'))), ['1; 2', '3; 4']);
  });

  test('the form tells a table, whatever it is called; prose with commas is none', async () => {
    const table = 'id,name,city\n1,Ada,Leith\n2,Ben,Perth\n';
    assert.equal((await read('export', Buffer.from(table))).mediaType, 'text/csv');
    const prose = 'Ada, who came late, stayed.\nBen, who came early, left.\nCleo, who is here, works.\n';
    assert.equal((await read('a.txt', Buffer.from(prose))).mediaType, 'text/plain');
  });
});

describe('JSON', () => {
  test('short fields are read together, long ones apart, and what nests under its name', async () => {
    const long = 'A long story. '.repeat(20).trim();
    const value = { title: 'Leave', days: 26, body: long, contact: { name: 'Ada', desks: [1, 2] } };
    const file = await read('a.json', Buffer.from(JSON.stringify(value)));
    assert.equal(file.mediaType, 'application/json');
    assert.deepEqual(shown(file), [
      'title: Leave; days: 26',
      `body: ${long}`,
      '# contact',
      'name: Ada',
      '## desks',
      '1; 2',
    ]);
  });

  test('each line of JSONL is a value', async () => {
    const file = await read('a.txt', Buffer.from('{"q":"How?"}\n\n{"q":"Why?"}\n'));
    assert.equal(file.mediaType, 'application/jsonl');
    assert.deepEqual(shown(file), ['q: How?', 'q: Why?']);
  });

  test('what only begins like JSON is text', async () => {
    assert.equal((await read('a', Buffer.from('[sic] he wrote, and left'))).mediaType, 'text/plain');
  });
});

describe('what cannot be read says why', () => {
  const cases: Record<string, readonly [code: string, bytes: Uint8Array, why: RegExp]> = {
    'a cut-off document': ['broken_file', zipped(docxParts(wordParagraph('x'))).subarray(0, 800), /damaged/],
    'an Excel workbook': ['unsupported_file', zipped({ 'xl/workbook.xml': xmlPart('<a/>') }), /CSV/],
    'an old Word document': ['unsupported_file', oldOffice('WordDocument'), /\.docx/],
    'a document with a password': ['encrypted_file', oldOffice('EncryptedPackage'), /password/],
    'entities that grow without end': [
      'broken_file',
      zipped({
        ...docxParts(''),
        'word/document.xml': xmlPart(
          '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>',
        ),
      }),
      /declares entities/,
    ],
    'a document of pictures': ['no_text', zipped(docxParts('<w:p/>')), /no text/],
  };
  for (const [name, [code, bytes, why]] of Object.entries(cases)) {
    test(name, async () => {
      await assert.rejects(read('a.docx', bytes), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, why);
        return true;
      });
    });
  }

  test('a part that unpacks beyond its limit is not unpacked', async () => {
    const huge = zipped({ ...docxParts(''), 'word/document.xml': new Uint8Array(120 * 2 ** 20) });
    await assert.rejects(read('a.docx', huge), /took more memory than allowed/);
  });
});

function oldOffice(stream: string): Uint8Array {
  return Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(512),
    Buffer.from(stream, 'utf16le'),
  ]);
}

function read(name: string, bytes: Uint8Array): Promise<ReadFile> {
  return readBytes({ name, bytes }, { maxPages: 1_000 }, () => undefined);
}

function shown({ blocks }: ReadFile): string[] {
  return blocks.map(({ kind, level = 1, text }) =>
    kind === 'heading' ? `${'#'.repeat(level)} ${text}` : text,
  );
}
