import { docxParts, zipped } from '../../src/adapters/reader/local/minimal-office.ts';
import { seeded } from '../../tests/support/random.ts';
import { Prose } from './prose.ts';
import type { Part } from './prose.ts';
import { writePdf } from './write-pdf.ts';

export interface GeneratedFile {
  readonly name: string;
  readonly content: Uint8Array;
  /** What a reader should find, without markup. */
  readonly text: string;
}

/** What is made: how many files of a kind, characters of text in each, and its size. */
const MIX = [
  { kind: 'pdf', files: 10, characters: 660_000, bytes: 2_770_000 },
  { kind: 'docx', files: 4, characters: 700_000, bytes: 1_500_000 },
  { kind: 'html', files: 3, characters: 1_100_000, bytes: 1_170_000 },
  { kind: 'txt', files: 3, characters: 900_000, bytes: 900_000 },
] as const;

const WRITE = {
  pdf: (parts: readonly Part[], bytes: number, seed: number) => writePdf(parts, bytes, seed),
  docx: (parts: readonly Part[], bytes: number, seed: number) => writeDocx(parts, bytes, seed),
  html: (parts: readonly Part[]) => writeHtml(parts),
  txt: (parts: readonly Part[]) => Buffer.from(parts.map(({ text }) => text).join('\n\n')),
};

/** Twenty files, always the same: 40 MB, over 2,000 pages of PDF, over 12 MB of text. */
export function generateCorpus(): GeneratedFile[] {
  let seed = 7;
  return MIX.flatMap(({ kind, files, characters, bytes }) =>
    Array.from({ length: files }, (_, i) => {
      seed += 1;
      const parts = new Prose(seed).parts(characters);
      const text = parts.map((part) => part.text).join('\n');
      return { name: `${kind}-${i + 1}.${kind}`, content: WRITE[kind](parts, bytes, seed), text };
    }),
  );
}

function writeHtml(parts: readonly Part[]): Buffer {
  const body = parts.map(({ kind, text }) =>
    kind === 'heading' ? `<section><h2>${text}</h2></section>` : `<p class="text">${text}</p>`,
  );
  return Buffer.from(
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Report</title></head>\n` +
      `<body><nav><a href="/">Home</a></nav><main>\n${body.join('\n')}\n</main></body></html>\n`,
  );
}

function writeDocx(parts: readonly Part[], bytes: number, seed: number): Uint8Array {
  const run = (text: string): string => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
  const body = parts.map(({ kind, text }) =>
    kind === 'heading'
      ? `<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr>${run(text)}</w:p>`
      : `<w:p>${text
          .split(/(?<=\.) /)
          .map((sentence) => run(`${sentence} `))
          .join('')}</w:p>`,
  );
  const noise = seeded(seed);
  const files = docxParts(body.join(''));
  const text = zipped(files).byteLength;
  const image = new Uint8Array(Math.max(0, bytes - text)).map(() => noise() * 256);
  return zipped({ ...files, 'word/media/image1.jpeg': [image, { level: 0 }] });
}
