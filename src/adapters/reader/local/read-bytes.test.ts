import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Block } from '#domain/document.ts';
import type { Fault } from '#domain/fault.ts';
import { minimalPdf } from './minimal-pdf.ts';
import { readBytes } from './read-bytes.ts';
import type { WholeFile } from './read-bytes.ts';
import type { ReadFile } from './read-file.ts';

describe('encodings', () => {
  const encoded: Record<string, Uint8Array> = {
    'UTF-8': Buffer.from('Zoë’s café'),
    'UTF-8 with a mark': Buffer.from('\uFEFFZoë’s café'),
    'UTF-16 with a mark': Buffer.from('\uFEFFZoë’s café', 'utf16le'),
    'UTF-16 without': Buffer.from('Zoë’s café', 'utf16le'),
    'UTF-16, big end first': Buffer.from('\uFEFFZoë’s café', 'utf16le').swap16(),
    'Windows-1252': Buffer.from('Zo\xeb\x92s caf\xe9', 'latin1'),
    'UTF-8 cut in mid-character': Buffer.from('Zoë’s caféé').subarray(0, -1),
  };
  for (const [name, bytes] of Object.entries(encoded)) {
    test(`${name} is read`, async () => assert.deepEqual(await texts('a.txt', bytes), ['Zoë’s café']));
  }

  test('an HTML page may name its own', async () => {
    const page = Buffer.concat([
      Buffer.from('<html><head><meta charset="windows-1251"></head><body><p>'),
      Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
      Buffer.from('</p></body></html>'),
    ]);
    assert.deepEqual(await texts('a.html', page), ['Привет']);
  });

  // "Twenty-six days of leave a year", as old programs write it in each language; told apart by the letters alone.
  const alphabets: Record<string, readonly [string, string]> = {
    'Windows-1251': ['cff0e8e2e5f220ece8f0', 'Привет мир'],
    'KOI8-R': [
      'e4d7c1c4c3c1d4d820dbc5d3d4d820c4cec5ca20cfd4d0d5d3cbc120d720c7cfc4',
      'Двадцать шесть дней отпуска в год',
    ],
    'KOI8-R that looks like Hebrew': [
      'e4d7c1c4c3c1d4d820dbc5d3d4d820c4cec5ca20cfd4d0d5d3cbc120d720c7cfc420d0cfccd5dec1c5d420cbc1d6c4d9ca20d3cfd4d2d5c4cec9cb2e20e4d7c1c4c3c1d4d820dbc5d3d4d820c4cec5ca20cfd4d0d5d3cbc120d720c7cfc420d0cfccd5dec1c5d420cbc1d6c4d9ca20d3cfd4d2d5c4cec9cb2e',
      'Двадцать шесть дней отпуска в год получает каждый сотрудник. Двадцать шесть дней отпуска в год получает каждый сотрудник.',
    ],
    'KOI8-U': [
      'ebcfd6c5ce20d0d2c1c3a6d7cec9cb20cdc1a420d0d2c1d7cf20cec120d7a6c4d0d5d3d4cbd520d4d2c9d7c1cca6d3d4c020c4d7c1c4c3d1d4d820dba6d3d4d820c4cea6d720cec120d2a6cb',
      'Кожен працівник має право на відпустку тривалістю двадцять шість днів на рік',
    ],
    'ISO-8859-2': [
      '507261636f776e696379206d616ab120707261776f20646f20647775647a696573747520737a65b663697520646e692075726c6f70752c20bf656279206f64706f637ab1e6',
      'Pracownicy mają prawo do dwudziestu sześciu dni urlopu, żeby odpocząć',
    ],
    Shift_JIS: [
      '8ed088f582cd944e82c993f18f5c985a93fa82cc974c8b8b8b7889c982f08ee682e982b182c682aa82c582ab82dc82b7',
      '社員は年に二十六日の有給休暇を取ることができます',
    ],
    'ISO-2022-JP': [
      '1b24423c523077244f472f244b46733d3d4f3b467c244e4d2d356b3559324b24723c68246b24332448242c2447242d245e24391b2842',
      '社員は年に二十六日の有給休暇を取ることができます',
    ],
    GB18030: [
      'd4b1b9a4c3bfc4ead3d0b6fecaaec1f9ccecb4f8d0bdd0ddbcd9a3acc9eac7ebd3a6cce1c7b0c1bdb8f6d0c7c6dacce1bdbb',
      '员工每年有二十六天带薪休假，申请应提前两个星期提交',
    ],
    'EUC-KR': [
      'c1f7bff8c0ba20b8c5b3e220c0ccbdcac0b0c0cfc0c720c0afb1dec8deb0a1b8a620b9dec0bb20bcf620c0d6bdc0b4cfb4d9',
      '직원은 매년 이십육일의 유급휴가를 받을 수 있습니다',
    ],
  };
  for (const [name, [hex, text]] of Object.entries(alphabets)) {
    test(`${name} is read though nothing names it`, async () => {
      assert.deepEqual(await texts('a.txt', Buffer.from(hex, 'hex')), [text]);
    });
  }

  test('bytes that are likely in no encoding are refused rather than garbled', async () => {
    const noise = Uint8Array.from({ length: 4_000 }, (_, i) => 128 + ((i * 7_919) % 127));
    await assert.rejects(
      read({ name: 'a.txt', bytes: noise }),
      (error) => (error as Fault).code === 'unsupported_file',
    );
  });
});

describe('kinds', () => {
  test('text that begins like a binary is text', async () => {
    assert.deepEqual(await texts('a', Buffer.from('BMW and MZ build bikes')), ['BMW and MZ build bikes']);
  });

  test('what is no text is named for what it is', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
    await assert.rejects(read({ name: 'a.md', bytes: png }), /image\/png/);
    await assert.rejects(read({ name: 'a', bytes: Buffer.from('{\\rtf1 hello}') }), /RTF/);
  });

  test('the content tells Markdown and HTML; the name decides only for Markdown and text', async () => {
    const kind = async (name: string, text: string): Promise<string> =>
      (await read({ name, bytes: Buffer.from(text) })).mediaType;
    assert.equal(await kind('a', '# Title\n\ntext'), 'text/markdown');
    assert.equal(await kind('a.txt', '# not a title\n'), 'text/plain');
    assert.equal(await kind('a.txt', '<!doctype html><p>text'), 'text/html');
    assert.equal(await kind('a.md', '<p align="center">Logo</p>\n\n# Title'), 'text/markdown');
    assert.equal(await kind('a', 'just words'), 'text/plain');
  });
});

test('Markdown: headings, items, rows, code and quotes, without the markup', async () => {
  const text = `---
title: Ignored, since there is a heading
---
# The *Office* &amp; you

Two [parking spaces](https://x.example), \`free\`.

- a **badge**
  - of plastic
- a key

3. first
4. second

| Kind | Days |
| --- | --- |
| Leave | 26 |

\`\`\`sh
run  this
\`\`\`

> Quoted.

<div>raw <b>html</b></div>
`;
  assert.deepEqual(await shown('a.md', text), [
    'h1 The Office & you',
    'Two parking spaces, free.',
    'a badge',
    'of plastic',
    'a key',
    '3. first',
    '4. second',
    'Kind: Leave; Days: 26',
    'run this',
    'Quoted.',
    'raw html',
  ]);
});

test('HTML: the text of the page, without what stands around it', async () => {
  const page = `<!doctype html><html><head><title>Tab</title><style>p{}</style></head><body>
    <header><h1>Site</h1></header><nav>Menu</nav>
    <main><article><header><h1>Lead</h1></header><p>One <b>two</b><br>three&nbsp;&mdash; four</p>
    <ul><li>a<ul><li>b</li></ul></li></ul><ol><li>first</li><li><p>second</p></li></ol>
    <table><tr><th>Kind</th><th>Days</th></tr><tr><td>Leave</td><td>26</td></tr></table>
    <table><tr><th>Phone</th><td>0131</td></tr></table>
    <dl><dt>Term</dt><dd>Meaning</dd></dl><pre>x = 1\ny = 2</pre>Loose <i>words</i></article></main>
    <aside>Aside</aside><form>Form</form><footer>Foot</footer><script>no()</script></body></html>`;
  assert.deepEqual(await shown('a.html', page), [
    'h1 Lead',
    'One two three — four',
    'a',
    'b',
    '1. first',
    '2. second',
    'Kind: Leave; Days: 26',
    'Phone: 0131',
    'Term: Meaning',
    'x = 1\ny = 2',
    'Loose words',
  ]);
});

test('HTML: a page that forgets to close its tags is read, however deep they nest', async () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i}`);
  const page = `<html><body>${lines.map((line) => `<font><p>${line}</p>`).join('')}`;
  assert.deepEqual(await shown('a.html', page), lines);
  const hidden = `<html><body>${'<div>'.repeat(1_000)}<script>no()</script><div hidden><p>no</p></div><p>seen</p>`;
  assert.deepEqual(await shown('a.html', hidden), ['seen']);
});

test('HTML: a page that is all form is read all the same, and its title is its heading', async () => {
  const page = '<html><head><title>Tab</title></head><body><form><p>All in a form</p></form></body></html>';
  assert.deepEqual(await shown('a.html', page), ['h1 Tab', 'All in a form']);
});

test('PDF: larger letters are headings, lines become paragraphs, cut words are whole, running lines go', async () => {
  const page = (number: number, title: string, end: string) => [
    { text: 'Travel handbook', y: 800, size: 9 },
    { text: title, y: 700, size: 18 },
    { text: 'Trains are booked by the travel desk. The infor-', y: 670 },
    { text: 'mation it needs is the date.', y: 656 },
    { text: 'A new paragraph', y: 625 },
    { text: '- an item', y: 611 },
    { text: end, y: 597 - number },
    { text: `Page ${number} of 3`, y: 40, size: 9 },
  ];
  const pdf = minimalPdf([
    page(1, 'Trains', '1. this sentence runs'),
    [
      { text: 'Travel handbook', y: 800, size: 9 },
      { text: 'over the page.', y: 700 },
      { text: 'Page 2 of 3', y: 40, size: 9 },
    ],
    page(3, 'Planes', '2. the end'),
  ]);
  const { blocks, pages } = await read({ name: 'a.pdf', bytes: pdf });
  assert.equal(pages, 3);
  assert.deepEqual(
    blocks.map((block) => `${block.page} ${show(block)}`),
    [
      '1 h1 Trains',
      '1 Trains are booked by the travel desk. The information it needs is the date.',
      '1 A new paragraph',
      '1 - an item',
      '1 1. this sentence runs over the page.',
      '3 h1 Planes',
      '3 Trains are booked by the travel desk. The information it needs is the date.',
      '3 A new paragraph',
      '3 - an item',
      '3 2. the end',
    ],
  );
});

test('PDF: a short line in another font is a heading below the large ones, a bold sentence is not', async () => {
  const pdf = minimalPdf([
    [
      { text: 'Travel', y: 700, size: 18 },
      { text: 'Trains', y: 670, bold: true },
      { text: 'Trains are booked by the travel desk of the house.', y: 656 },
      { text: 'Never fly.', y: 630, bold: true },
    ],
  ]);
  const { blocks } = await read({ name: 'a.pdf', bytes: pdf });
  assert.deepEqual(blocks.map(show), [
    'h1 Travel',
    'h2 Trains',
    'Trains are booked by the travel desk of the house.',
    'Never fly.',
  ]);
});

async function texts(name: string, bytes: Uint8Array): Promise<string[]> {
  return (await read({ name, bytes })).blocks.map((block) => block.text);
}

async function shown(name: string, text: string): Promise<string[]> {
  return (await read({ name, bytes: Buffer.from(text) })).blocks.map(show);
}

function show(block: Block): string {
  return block.kind === 'heading' ? `h${block.level} ${block.text}` : block.text;
}

function read(file: WholeFile): Promise<ReadFile> {
  return readBytes(file, { maxPages: 1_000 }, () => undefined);
}
