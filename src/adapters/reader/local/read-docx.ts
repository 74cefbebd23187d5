import mammoth from 'mammoth';
import type { Block } from '#domain/document.ts';
import type { Report } from './read-file.ts';
import { readHtml } from './read-html.ts';
import type { Zip } from './zip.ts';

/** Parts that hold text. */
const TEXT_PART = /^word\/(?:document|footnotes|endnotes|comments|styles|numbering)\d*\.xml$/;

/** What mammoth unpacks, all of it at once. */
const MARK_UP = /\.(?:xml|rels)$/i;

/** Unpacked, understood, written as a page, and that read. */
const STEPS = 4;

/** Headings, paragraphs, lists, tables and notes of a Word document; deleted text and pictures are left out. */
export async function readDocx(zip: Zip, bytes: Uint8Array, report: Report): Promise<Block[]> {
  zip.check(MARK_UP);
  // Unpacked once before anything else sees it: within the limits, and without entities.
  for (const name of zip.names.filter((each) => TEXT_PART.test(each))) await zip.text(name);
  report('step', 1, STEPS);
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
    {
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      transformDocument: (document: unknown) => {
        report('step', 2, STEPS);
        return document;
      },
      styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"],
    },
  );
  report('step', 3, STEPS);
  return readHtml(value, report);
}
