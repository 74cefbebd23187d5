import { fileTypeFromBuffer } from 'file-type';
import type { Block } from '#domain/document.ts';
import type { Fault } from '#domain/fault.ts';
import { charsetOfHtml, decodeText } from './decode-text.ts';
import { encryptedFile, noText, unsupportedFile } from './faults.ts';
import type { ReadFile, ReadLimits, Report } from './read-file.ts';
import { tidyBlocks } from './tidy.ts';

export interface WholeFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Reads a file of any kind that is known, told apart by content. Runs in the reading process. */
export async function readBytes(file: WholeFile, limits: ReadLimits, report: Report): Promise<ReadFile> {
  const { bytes } = file;
  if (bytes.byteLength === 0) throw noText('The file is empty: it has no bytes at all.');
  if (startsLikePdf(bytes)) return readAsPdf(bytes, limits, report);
  if (startsLikeZip(bytes)) return (await import('./read-zip.ts')).readZip(bytes, limits, report);
  const text = decodeText(bytes, charsetOfHtml(bytes));
  if (text === null) return readBinary(bytes);
  if (text.startsWith('{\\rtf'))
    throw unsupportedFile('a rich text file (RTF)', 'save it as PDF, HTML or text');
  return readAsText(file.name, text, report);
}

async function readAsPdf(bytes: Uint8Array, limits: ReadLimits, report: Report): Promise<ReadFile> {
  const { readPdf } = await import('./read-pdf.ts');
  const { pages, blocks } = await readPdf(bytes, limits.maxPages, report);
  if (pages === 0) throw noText('The PDF has no pages: export or upload it again.');
  const tidy = tidyBlocks(blocks);
  if (tidy.length === 0) {
    throw noText(
      'The PDF has pages and no text on them, as scans have: run text recognition (OCR) over it first.',
    );
  }
  return { mediaType: 'application/pdf', pages, blocks: tidy };
}

async function readBinary(bytes: Uint8Array): Promise<never> {
  if (startsLikeOldOffice(bytes)) throw oldOffice(bytes);
  const type = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const what = type === undefined ? 'a file of an unknown kind' : `a file of type ${type.mime}`;
  throw unsupportedFile(what, 'PDF, Word, PowerPoint, EPUB, HTML, Markdown, text, CSV and JSON can be read');
}

async function readAsText(name: string, text: string, report: Report): Promise<ReadFile> {
  const { mediaType, blocks: raw } =
    (await readAsData(name, text)) ?? (await readAsProse(name, text, report));
  const blocks = tidyBlocks(raw);
  if (blocks.length === 0) throw noText('The file has no text: nothing but markup or white space.');
  return { mediaType, pages: null, blocks };
}

type Typed = Pick<ReadFile, 'mediaType' | 'blocks'>;

/** Tables and JSON are told by their form, whatever they are called; null for everything else. */
async function readAsData(name: string, text: string): Promise<Typed | null> {
  if (/^\s*[[{]/.test(text)) {
    const { readJson, readJsonLines } = await import('./read-json.ts');
    const json = readJson(text);
    if (json !== null) return { mediaType: 'application/json', blocks: json };
    const lines = readJsonLines(text);
    if (lines !== null) return { mediaType: 'application/jsonl', blocks: lines };
  }
  const isNamedSo = /\.(csv|tsv|tab)$/i.test(name);
  if (!isNamedSo && /\.(md|markdown|mdx|mkd|html?)$/i.test(name)) return null;
  const { delimiterOf, readRows } = await import('./read-rows.ts');
  const delimiter = delimiterOf(text, isNamedSo);
  if (delimiter === null) return null;
  const mediaType = delimiter === '\t' ? 'text/tab-separated-values' : 'text/csv';
  return { mediaType, blocks: readRows(text, delimiter) };
}

async function readAsProse(name: string, text: string, report: Report): Promise<Typed> {
  const mediaType = kindOfText(name, text);
  return { mediaType, blocks: await TEXT_READERS[mediaType](text, report) };
}

type TextKind = 'text/html' | 'text/markdown' | 'text/plain';

/** Each loads its library when the first such file comes. */
const TEXT_READERS: Readonly<Record<TextKind, (text: string, report: Report) => Promise<Block[]>>> = {
  'text/html': async (text, report) => (await import('./read-html.ts')).readHtml(text, report),
  'text/markdown': async (text) => (await import('./read-markdown.ts')).readMarkdown(text),
  'text/plain': async (text) => (await import('./read-plain.ts')).readPlain(text),
};

const HTML_START =
  /^(?:\s|<!--[\s\S]{0,2000}?-->|<\?xml[^>]{0,200}>)*<(?:!doctype\s+html|html|head|body|title|meta|main|article|section|div|h[1-6]|p|table|ul|ol)[\s>]/i;
const MARKDOWN_LINE = /^(?:#{1,6} +\S|```|\[[^\]]+\]: |\| ?:?-{3,})|\]\((?:https?:|\.{0,2}\/)/m;

/** The content decides; only between Markdown and plain text, which no content tells apart for sure, the name does. */
function kindOfText(name: string, text: string): TextKind {
  if (/\.(md|markdown|mdx|mkd)$/i.test(name)) return 'text/markdown';
  const start = text.slice(0, 8_000);
  if (HTML_START.test(start)) return 'text/html';
  if (/\.(txt|text|log|csv|tsv|json|jsonl|ya?ml|ini|toml)$/i.test(name)) return 'text/plain';
  return MARKDOWN_LINE.test(start) ? 'text/markdown' : 'text/plain';
}

/** Some programs write a byte-order mark or a few other bytes first; a text that speaks of PDF begins otherwise. */
function startsLikePdf(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1_024));
  const at = head.indexOf('%PDF-');
  return at >= 0 && (head.toString('latin1', 0, at).trim().length <= 3 || head.subarray(0, at).includes(0));
}

const OLD_OFFICE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

function startsLikeOldOffice(bytes: Uint8Array): boolean {
  return OLD_OFFICE.equals(bytes.subarray(0, OLD_OFFICE.byteLength));
}

/** The container of Office's formats before 2007; a new document with a password is wrapped into one as well. */
function oldOffice(bytes: Uint8Array): Fault {
  const isLocked = Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le'));
  if (isLocked) return encryptedFile();
  return unsupportedFile('an Office file of a format before 2007', 'save it as .docx, .pptx or PDF');
}

function startsLikeZip([a, b, c, d]: Uint8Array): boolean {
  return a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6));
}
