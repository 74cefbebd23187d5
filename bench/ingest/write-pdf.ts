import { deflateSync } from 'node:zlib';
import { seeded } from '../../tests/support/random.ts';
import type { Part } from './prose.ts';

const PAGE = { width: 595, height: 842, left: 64, top: 780, bottom: 60 };
const STYLES = {
  heading: { font: 'F2', size: 15, leading: 21, before: 16, columns: 58 },
  paragraph: { font: 'F1', size: 10.5, leading: 15, before: 6, columns: 88 },
};

/** A PDF as office programs write them: compressed pages in two fonts, a page number, and an image on each page. */
export function writePdf(parts: readonly Part[], bytes: number, seed: number): Buffer {
  const pages = layOut(parts);
  const noise = seeded(seed);
  const streams = pages.map((lines) => deflateSync(Buffer.from(lines.join('\n'), 'latin1')));
  const text = streams.reduce((sum, stream) => sum + stream.byteLength, 0);
  const image = Math.max(16, Math.floor((bytes - text) / pages.length) - 470);
  const file = new PdfFile();
  file.add('<< /Type /Catalog /Pages 2 0 R >>');
  const kids = pages.map((_, i) => `${5 + 3 * i} 0 R`).join(' ');
  file.add(`<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
  for (const font of ['Helvetica', 'Helvetica-Bold']) {
    file.add(`<< /Type /Font /Subtype /Type1 /BaseFont /${font} /Encoding /WinAnsiEncoding >>`);
  }
  streams.forEach((stream, i) => {
    const at = 5 + 3 * i;
    file.add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${at + 1} 0 R ` +
        `/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /I ${at + 2} 0 R >> >> >>`,
    );
    file.add('<< /Filter /FlateDecode', stream);
    const pixels = Buffer.from({ length: image } as never).map(() => noise() * 256);
    file.add(
      `<< /Type /XObject /Subtype /Image /Width ${image} /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8`,
      pixels,
    );
  });
  return file.finish();
}

/** Lines of drawing commands, page by page. */
function layOut(parts: readonly Part[]): string[][] {
  const pages: string[][] = [];
  let y = 0;
  for (const { kind, text } of parts) {
    const style = STYLES[kind];
    y -= style.before;
    for (const line of wrap(text, style.columns)) {
      if (y < PAGE.bottom) {
        pages.push([`BT /F1 8 Tf 1 0 0 1 290 30 Tm (${pages.length + 1}) Tj ET`]);
        y = PAGE.top;
      }
      pages.at(-1)?.push(`BT /${style.font} ${style.size} Tf 1 0 0 1 ${PAGE.left} ${y} Tm (${line}) Tj ET`);
      y -= style.leading;
    }
  }
  return pages;
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= columns) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Numbers objects and remembers where they stand. */
class PdfFile {
  readonly #parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  readonly #offsets: number[] = [];
  #length = 9;

  add(dictionary: string, stream?: Uint8Array): void {
    this.#offsets.push(this.#length);
    this.#write(`${this.#offsets.length} 0 obj\n${dictionary}`);
    if (stream !== undefined) {
      this.#write(` /Length ${stream.byteLength} >>\nstream\n`);
      this.#write(stream);
      this.#write('\nendstream');
    }
    this.#write('\nendobj\n');
  }

  finish(): Buffer {
    const start = this.#length;
    const rows = this.#offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    const size = this.#offsets.length + 1;
    this.#write(`xref\n0 ${size}\n0000000000 65535 f \n${rows}`);
    this.#write(`trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
    return Buffer.concat(this.#parts);
  }

  #write(what: string | Uint8Array): void {
    const bytes = typeof what === 'string' ? Buffer.from(what, 'latin1') : Buffer.from(what);
    this.#parts.push(bytes);
    this.#length += bytes.byteLength;
  }
}
