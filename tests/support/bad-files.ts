import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { docxParts, wordParagraph, xmlPart, zipped } from '../../src/adapters/reader/local/minimal-office.ts';
import { assemblePdf, minimalPdf } from '../../src/adapters/reader/local/minimal-pdf.ts';

export interface BadFile {
  readonly name: string;
  readonly content: Uint8Array;
  /** The code with which it fails. */
  readonly code: string;
}

const FIXTURES = new URL('../../src/adapters/reader/local/fixtures/', import.meta.url);

/** Ten files that no reader can make text of, each for another reason. */
export function badFiles(): BadFile[] {
  const good = minimalPdf([[{ text: 'Badgers dig.', y: 700 }]]);
  return [
    { name: 'locked.pdf', code: 'encrypted_file', content: readFileSync(new URL('encrypted.pdf', FIXTURES)) },
    { name: 'locked.docx', code: 'encrypted_file', content: lockedOffice() },
    { name: 'cut.pdf', code: 'broken_file', content: good.subarray(0, -120) },
    { name: 'entities.docx', code: 'broken_file', content: entityBomb() },
    { name: 'bomb.docx', code: 'file_too_complex', content: docxBomb() },
    { name: 'bomb.pdf', code: 'file_too_complex', content: deflateBomb() },
    { name: 'endless.pdf', code: 'too_many_pages', content: endlessPdf(100_000) },
    { name: 'picture.pdf', code: 'unsupported_file', content: picture() },
    { name: 'scan.pdf', code: 'no_text', content: minimalPdf([[]]) },
    { name: 'nothing.txt', code: 'no_text', content: new Uint8Array() },
  ];
}

/** What Office wraps a document with a password into. */
function lockedOffice(): Uint8Array {
  const magic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  return Buffer.concat([
    magic,
    Buffer.alloc(504),
    Buffer.from('EncryptedPackage', 'utf16le'),
    Buffer.alloc(480),
  ]);
}

function picture(): Uint8Array {
  return Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
}

/** Three levels of ten would be a thousand copies; nine, a billion. */
function entityBomb(): Uint8Array {
  const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
    '',
  );
  const document = xmlPart(`<!DOCTYPE bomb [<!ENTITY l0 "lol">${levels}]><w:document>&l9;</w:document>`);
  return zipped({ ...docxParts(''), 'word/document.xml': document });
}

function docxBomb(): Uint8Array {
  const body = wordParagraph('Small on disk, large when unpacked.');
  return zipped({ ...docxParts(body), 'word/comments.xml': new Uint8Array(100 * 2 ** 20) });
}

/** A page that is 512 MiB of nothing, packed twice into a few kilobytes. */
function deflateBomb(): Uint8Array {
  const packed = deflateSync(deflateSync(Buffer.alloc(512 * 2 ** 20, ' ')));
  return assemblePdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>',
    `<< /Filter [/FlateDecode /FlateDecode] /Length ${packed.byteLength} >>\nstream\n${packed.toString('latin1')}\nendstream`,
  ]);
}

/** One page, shown so many times. */
function endlessPdf(pages: number): Uint8Array {
  return assemblePdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${'3 0 R '.repeat(pages)}] >>`,
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
  ]);
}
