import type { Block } from '#domain/document.ts';
import { noText, unsupportedFile } from './faults.ts';
import type { ReadFile, ReadLimits, Report } from './read-file.ts';
import { tidyBlocks } from './tidy.ts';
import { Zip } from './zip.ts';

/** Reads the kinds of files that are zips inside. */
export async function readZip(bytes: Uint8Array, limits: ReadLimits, report: Report): Promise<ReadFile> {
  const zip = await Zip.open(bytes);
  const { mediaType, pages, blocks } = await readKind(zip, { bytes, limits, report });
  const tidy = tidyBlocks(blocks);
  if (tidy.length === 0) throw noText('The file has no text: pictures, perhaps, and nothing else.');
  return { mediaType, pages, blocks: tidy };
}

interface Read {
  readonly mediaType: string;
  readonly pages: number | null;
  readonly blocks: readonly Block[];
}

interface Given {
  readonly bytes: Uint8Array;
  readonly limits: ReadLimits;
  readonly report: Report;
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** Each loads its library when the first such file comes. */
async function readKind(zip: Zip, { bytes, limits, report }: Given): Promise<Read> {
  if (zip.has('word/document.xml')) {
    const { readDocx } = await import('./read-docx.ts');
    const mediaType = `${OFFICE}.wordprocessingml.document`;
    return { mediaType, pages: null, blocks: await readDocx(zip, bytes, report) };
  }
  if (zip.has('ppt/presentation.xml')) {
    const { readPptx } = await import('./read-pptx.ts');
    const mediaType = `${OFFICE}.presentationml.presentation`;
    return { mediaType, ...(await readPptx(zip, limits, report)) };
  }
  if (zip.has('META-INF/container.xml')) {
    const { readEpub } = await import('./read-epub.ts');
    return { mediaType: 'application/epub+zip', pages: null, blocks: await readEpub(zip, report) };
  }
  throw unsupportedKind(zip);
}

function unsupportedKind(zip: Zip): Error {
  if (zip.has('xl/workbook.xml')) return unsupportedFile('an Excel workbook', 'save its sheets as CSV');
  if (zip.has('content.xml'))
    return unsupportedFile('an OpenDocument file', 'save it as Word document, PDF or HTML');
  return unsupportedFile('a zip file', 'unpack it, and upload what is in it');
}
