import { getDocumentProxy } from 'unpdf';
import type { Block } from '#domain/document.ts';
import { brokenFile, encryptedFile, tooManyPages } from './faults.ts';
import { layOut } from './pdf-layout.ts';
import { linesOf } from './pdf-lines.ts';
import type { Line, TextItem } from './pdf-lines.ts';
import type { Report } from './read-file.ts';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** The text of a PDF with its pages; headings are guessed from the size of the letters. */
export async function readPdf(
  bytes: Uint8Array,
  maxPages: number,
  report: Report,
): Promise<{ pages: number; blocks: Block[] }> {
  if (!hasEnd(bytes)) throw brokenFile('the end of the PDF is missing, as after an upload that was cut off');
  const pdf = await open(bytes);
  try {
    const { numPages } = pdf;
    if (numPages > maxPages) throw tooManyPages(numPages, maxPages);
    return { pages: numPages, blocks: layOut(await readPages(pdf, report)) };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

/** A few at a time: pdf.js waits for itself between the steps of one page. */
const PAGES_AT_ONCE = 4;

async function readPages(pdf: Pdf, report: Report): Promise<Line[][]> {
  const pages: Line[][] = [];
  for (let from = 1; from <= pdf.numPages; from += PAGES_AT_ONCE) {
    const count = Math.min(PAGES_AT_ONCE, pdf.numPages - from + 1);
    pages.push(...(await Promise.all(Array.from({ length: count }, (_, i) => readPage(pdf, from + i)))));
    report('page', pages.length, pdf.numPages);
  }
  return pages;
}

/** pdf.js mends a file that was cut off as well as it can, and would give half of the text without a word. */
function hasEnd(bytes: Uint8Array): boolean {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-4_096);
  return tail.includes('%%EOF');
}

const ERRORS_ONLY = 0;

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    // A copy, since pdf.js takes the buffer away from its owner; and it refuses Node's Buffers.
    return await getDocumentProxy(Uint8Array.from(bytes), { verbosity: ERRORS_ONLY });
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'PasswordException') throw encryptedFile();
    throw brokenFile(message, error);
  }
}

async function readPage(pdf: Pdf, number: number): Promise<Line[]> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    return linesOf(items.filter((item): item is typeof item & TextItem => 'str' in item));
  } catch (error) {
    throw brokenFile(`page ${number}: ${(error as Error).message}`, error);
  }
}
