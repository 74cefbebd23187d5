// Lays out examples/handbook-source/travel-and-expenses.txt as examples/handbook/travel-and-expenses.pdf.
// The same text always gives the same bytes: no dates, no random ids, no compression, standard fonts only.
//
// The source is plain text: "# ", "## " and "### " start headings, "- " starts a bullet, every other line
// is a paragraph, blank lines separate.

import { readFileSync, writeFileSync } from 'node:fs';

const SOURCE = new URL('../examples/handbook-source/travel-and-expenses.txt', import.meta.url);
const TARGET = new URL('../examples/handbook/travel-and-expenses.pdf', import.meta.url);

const PAGE = { width: 595, height: 842, left: 66, top: 770, bottom: 74 };
const INK = { text: '0.13 0.13 0.15', heading: '0.11 0.30 0.43', faint: '0.45 0.47 0.50' };

// font F1 is Helvetica, F2 Helvetica-Bold; `before` is the space above a block, `wrap` its width in characters
const STYLES = {
  title: { font: 'F2', size: 24, leading: 30, before: 0, wrap: 40, ink: INK.heading },
  section: { font: 'F2', size: 14.5, leading: 19, before: 16, wrap: 60, ink: INK.heading },
  subsection: { font: 'F2', size: 11.5, leading: 15, before: 9, wrap: 75, ink: INK.text },
  paragraph: { font: 'F1', size: 11, leading: 15, before: 6, wrap: 87, ink: INK.text },
  bullet: { font: 'F1', size: 11, leading: 15, before: 3, wrap: 83, ink: INK.text },
  footer: { font: 'F1', size: 8.5, leading: 12, before: 0, wrap: 120, ink: INK.faint },
};
const MARKS = [
  ['### ', 'subsection'],
  ['## ', 'section'],
  ['# ', 'title'],
  ['- ', 'bullet'],
];

function wrap(text, width) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function readBlocks(source) {
  const lines = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.map((line) => {
    const [mark, kind] = MARKS.find(([prefix]) => line.startsWith(prefix)) ?? ['', 'paragraph'];
    const text = line.slice(mark.length);
    const style = STYLES[kind];
    const height = style.before + wrap(text, style.wrap).length * style.leading;
    // a heading, or a paragraph that announces a list, stays on the page of the block after it
    const keepWithNext = ['title', 'section', 'subsection'].includes(kind) || text.endsWith(':');
    return { kind, text, height, keepWithNext };
  });
}

function paginate(blocks) {
  const pages = [[]];
  let room = PAGE.top - PAGE.bottom;
  for (let start = 0; start < blocks.length;) {
    let end = start;
    while (blocks[end].keepWithNext && end + 1 < blocks.length) end += 1;
    const group = blocks.slice(start, end + 1);
    const height = group.reduce((sum, block) => sum + block.height, 0);
    if (height > room && pages.at(-1).length > 0) {
      pages.push([]);
      room = PAGE.top - PAGE.bottom;
    }
    pages.at(-1).push(...group);
    room -= height;
    start = end + 1;
  }
  return pages;
}

// the few characters beyond ASCII that the text may use, in the PDF's WinAnsi encoding
const WIN_ANSI = { '£': 0xa3, '·': 0xb7, '–': 0x96, '’': 0x92, '•': 0x95 };

function encode(text) {
  return text.replaceAll(/[\\()]/g, String.raw`\$&`).replaceAll(/[^ -~]/g, (char) => {
    const code = WIN_ANSI[char];
    if (code === undefined) throw new Error(`No code for the character ${char}`);
    return `\\${code.toString(8)}`;
  });
}

function show(text, style, x, y) {
  return `${style.ink} rg /${style.font} ${style.size} Tf 1 0 0 1 ${x} ${y.toFixed(2)} Tm (${encode(text)}) Tj`;
}

function drawPage(blocks, number, count, title) {
  const out = ['BT'];
  let y = PAGE.top;
  for (const [index, block] of blocks.entries()) {
    const style = STYLES[block.kind];
    if (index > 0) y -= style.before;
    for (const [row, line] of wrap(block.text, style.wrap).entries()) {
      const bullet = block.kind === 'bullet';
      const indent = bullet && row > 0 ? 10 : 0;
      out.push(show(bullet && row === 0 ? `• ${line}` : line, style, PAGE.left + indent, y - style.size));
      y -= style.leading;
    }
  }
  out.push(
    show(`Mizzle & Finch · ${title} · Page ${number} of ${count}`, STYLES.footer, PAGE.left, 42),
    'ET',
  );
  return out.join('\n');
}

function assemble(contents, title) {
  const kids = contents.map((_, index) => `${6 + index * 2} 0 R`).join(' ');
  const font = (name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>',
    `<< /Type /Pages /Count ${contents.length} /Kids [${kids}] >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title (${encode(title)}) /Author (Mizzle & Finch) >>`,
  ];
  for (const [index, content] of contents.entries()) {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${7 + index * 2} 0 R` +
        ' /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>',
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }

  let pdf = '%PDF-1.4\n';
  const offsets = [];
  for (const [index, body] of objects.entries()) {
    offsets.push(pdf.length);
    pdf += `${index + 1} 0 obj\n${body}\nendobj\n`;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return (
    `${pdf}xref\n0 ${size}\n0000000000 65535 f \n${rows}` +
    `trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`
  );
}

const blocks = readBlocks(readFileSync(SOURCE, 'utf8'));
const title = blocks.find((block) => block.kind === 'title')?.text ?? '';
const pages = paginate(blocks);
const contents = pages.map((page, index) => drawPage(page, index + 1, pages.length, title));
writeFileSync(TARGET, assemble(contents, title), 'latin1');
process.stdout.write(`${TARGET.pathname}: ${pages.length} pages\n`);
