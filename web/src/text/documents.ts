import type { Document } from '#sdk/index.ts';
import { countOf, formatBytes } from './counts.ts';

const TYPES: Readonly<Record<string, string>> = {
  'text/markdown': 'Markdown',
  'text/html': 'HTML',
  'text/plain': 'Text',
  'application/pdf': 'PDF',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/epub+zip': 'EPUB',
  'text/csv': 'CSV',
  'text/tab-separated-values': 'TSV',
  'application/json': 'JSON',
  'application/jsonl': 'JSON lines',
};

/** "PDF", "Markdown"; what is not known here stays as it is. */
export function typeOf(mediaType: string): string {
  return TYPES[mediaType.split(';')[0]?.trim() ?? ''] ?? mediaType;
}

/** "PDF", "120 kB", "4 pages": what a file is, part by part. */
export function partsOf({
  mediaType,
  bytes,
  pages,
}: Pick<Document, 'mediaType' | 'bytes' | 'pages'>): readonly string[] {
  return [typeOf(mediaType), formatBytes(bytes), ...(pages === null ? [] : [countOf(pages, 'page')])];
}
