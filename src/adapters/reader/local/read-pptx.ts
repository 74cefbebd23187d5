import type { Block } from '#domain/document.ts';
import { tooManyPages } from './faults.ts';
import { relatedParts } from './office-parts.ts';
import type { ReadLimits, Report } from './read-file.ts';
import { oneLine, readOut } from './tidy.ts';
import { elementsOf, readXml } from './xml.ts';
import type { XmlElement } from './xml.ts';
import type { Zip } from './zip.ts';

const PRESENTATION = 'ppt/presentation.xml';

/** Slides in the order in which they are shown: titles as headings, then texts, tables and the speaker's notes. */
export async function readPptx(
  zip: Zip,
  { maxPages }: ReadLimits,
  report: Report,
): Promise<{ pages: number; blocks: Block[] }> {
  const slides = await slidesOf(zip);
  if (slides.length > maxPages) throw tooManyPages(slides.length, maxPages);
  const blocks: Block[] = [];
  for (const [index, slide] of slides.entries()) {
    const page = index + 1;
    blocks.push(...(await readSlide(zip, slide)).map((block) => ({ ...block, page })));
    report('page', page, slides.length);
  }
  return { pages: slides.length, blocks };
}

async function slidesOf(zip: Zip): Promise<string[]> {
  const parts = await relatedParts(zip, PRESENTATION, 'slide');
  const list = elementsOf(readXml((await zip.text(PRESENTATION)) ?? ''), 'p:sldId');
  return list.flatMap(({ attributes }) => parts.get(attributes['r:id'] ?? '') ?? []);
}

async function readSlide(zip: Zip, slide: string): Promise<Block[]> {
  const blocks = shapesOf(readXml((await zip.text(slide)) ?? '')).flatMap(readShape);
  const [notes] = (await relatedParts(zip, slide, 'notesSlide')).values();
  if (notes === undefined) return blocks;
  const noted = shapesOf(readXml((await zip.text(notes)) ?? '')).filter((shape) => placeOf(shape) === 'body');
  return [...blocks, ...noted.flatMap(paragraphsOf)];
}

function shapesOf(slide: XmlElement): XmlElement[] {
  return slide.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    return child.name === 'p:sp' || child.name === 'p:graphicFrame' ? [child] : shapesOf(child);
  });
}

/** What a shape stands for on its slide: its title, its body, its number, … */
function placeOf(shape: XmlElement): string | undefined {
  return elementsOf(shape, 'p:ph')[0]?.attributes['type'];
}

/** The same on every slide, or of the moment. */
const AROUND = new Set(['sldNum', 'dt', 'ftr', 'hdr']);

function readShape(shape: XmlElement): Block[] {
  const place = placeOf(shape);
  if (place !== undefined && AROUND.has(place)) return [];
  const tables = elementsOf(shape, 'a:tbl');
  if (tables.length > 0) return tables.flatMap(rowsOf);
  const isTitle = place === 'title' || place === 'ctrTitle';
  if (!isTitle) return paragraphsOf(shape);
  const text = oneLine(elementsOf(shape, 'a:p').map(textOf).join(' '));
  return text === '' ? [] : [{ kind: 'heading', level: 1, text }];
}

function paragraphsOf(shape: XmlElement): Block[] {
  return elementsOf(shape, 'a:p').map((each) => ({ kind: 'paragraph', text: textOf(each) }));
}

function textOf(paragraph: XmlElement): string {
  return paragraph.children
    .map((child) => {
      if (typeof child === 'string') return '';
      if (child.name === 'a:br' || child.name === 'a:tab') return ' ';
      return child.name === 'a:t'
        ? child.children.filter((each) => typeof each === 'string').join('')
        : textOf(child);
    })
    .join('');
}

/** With the cells of the first row as names of the columns. */
function rowsOf(table: XmlElement): Block[] {
  const rows = elementsOf(table, 'a:tr').map((row) =>
    elementsOf(row, 'a:tc').map((cell) => oneLine(elementsOf(cell, 'a:p').map(textOf).join(' '))),
  );
  const [columns = [], ...rest] = rows;
  const body = rest.length === 0 ? rows : rest;
  return body.map((cells) => ({
    kind: 'paragraph',
    text: rest.length === 0 ? cells.join('; ') : readOut(columns, cells),
  }));
}
