import type { Block } from '#domain/document.ts';
import { brokenFile, encryptedFile } from './faults.ts';
import { resolvePart } from './office-parts.ts';
import type { Report } from './read-file.ts';
import { readHtml } from './read-html.ts';
import { elementsOf, readXml } from './xml.ts';
import type { Zip } from './zip.ts';

const CONTAINER = 'META-INF/container.xml';

/** The chapters of a book in reading order. */
export async function readEpub(zip: Zip, report: Report): Promise<Block[]> {
  const chapters = await chaptersOf(zip);
  await refuseProtected(zip, chapters);
  const blocks: Block[] = [];
  for (const [i, chapter] of chapters.entries()) {
    for (const block of readHtml((await zip.text(chapter)) ?? '', () => undefined)) blocks.push(block);
    report('chapter', i + 1, chapters.length);
  }
  return blocks;
}

async function chaptersOf(zip: Zip): Promise<string[]> {
  const container = readXml((await zip.text(CONTAINER)) ?? '');
  const path = elementsOf(container, 'rootfile')[0]?.attributes['full-path'] ?? '';
  const text = await zip.text(path);
  if (text === null) throw brokenFile('the book has no list of its chapters');
  const book = readXml(text);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const parts = new Map(
    [...elementsOf(book, 'item'), ...elementsOf(book, 'opf:item')].map(({ attributes }) => [
      attributes['id'],
      resolvePart(folder, decode(attributes['href'] ?? '')),
    ]),
  );
  return [...elementsOf(book, 'itemref'), ...elementsOf(book, 'opf:itemref')].flatMap(
    ({ attributes }) => parts.get(attributes['idref'] ?? '') ?? [],
  );
}

/** Fonts may be scrambled in any book; chapters are only in one that is sold with a lock. */
async function refuseProtected(zip: Zip, chapters: readonly string[]): Promise<void> {
  const encrypted = readXml((await zip.text('META-INF/encryption.xml')) ?? '');
  const parts = ['CipherReference', 'enc:CipherReference'].flatMap((name) => elementsOf(encrypted, name));
  if (parts.some(({ attributes }) => chapters.includes(decode(attributes['URI'] ?? ''))))
    throw encryptedFile();
}

function decode(href: string): string {
  const [path = ''] = href.split('#');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
