import type { Block } from '#domain/document.ts';
import { ownsLine, parseHtml, withChildren, within } from './html-tree.ts';
import type { HtmlElement } from './html-tree.ts';
import type { Report } from './read-file.ts';
import { oneLine, readOut } from './tidy.ts';

/** What stands around a page's own text. */
const AROUND = new Set('nav footer aside form header'.split(' '));
const ROLES_AROUND = new Set('navigation banner contentinfo'.split(' '));

const HEADINGS = new Set('h1 h2 h3 h4 h5 h6'.split(' '));

/**
 * Headings, paragraphs, list items, definitions, table rows and code of a page, without what stands around them.
 *
 * @throws Fault `file_too_complex`
 */
export function readHtml(html: string, report: Report): Block[] {
  const page = parseHtml(html, report);
  const [title] = within(page, new Set(['title']));
  const blocks = blocksOf(page);
  const hasTitle = blocks.some((block) => block.kind === 'heading' && block.level === 1);
  const name = title === undefined ? '' : oneLine(inline(title));
  return name === '' || hasTitle || blocks.length === 0
    ? blocks
    : [{ kind: 'heading', level: 1, text: name }, ...blocks];
}

function blocksOf(page: HtmlElement): Block[] {
  const own: Block[] = [];
  walk(withoutSurroundings(page, false), own);
  if (own.some((block) => block.kind === 'paragraph')) return own;
  // Some pages put all their text into one form or header; then what stands around is better than nothing.
  const all: Block[] = [];
  walk(page, all);
  return all;
}

/** The header of an article holds its title; that of a site, its name and menu. */
function withoutSurroundings(element: HtmlElement, isInside: boolean): HtmlElement {
  const isArticle = isInside || element.name === 'article' || element.name === 'main';
  const children = element.children.flatMap((child): HtmlElement['children'] => {
    if (typeof child === 'string') return [child];
    if (isArticle && child.name === 'header') return [...within(child, HEADINGS)];
    const isAround = AROUND.has(child.name) || ROLES_AROUND.has(child.role ?? '');
    return isAround ? [] : [withoutSurroundings(child, isArticle)];
  });
  const isSame =
    children.length === element.children.length &&
    children.every((child, i) => child === element.children[i]);
  return isSame ? element : withChildren(element, children);
}

/** Names the page, and stands on none. */
const UNSEEN = new Set(['head', 'title']);

/** Adds what the element says; into one list, since each level of its own would copy what lies below. */
function walk(element: HtmlElement, blocks: Block[]): void {
  const { name } = element;
  if (UNSEEN.has(name)) return;
  if (HEADINGS.has(name))
    add(blocks, { kind: 'heading', level: Number(name.slice(1)), text: inline(element) });
  else if (name === 'pre') add(blocks, paragraph(textOf(element)));
  else if (name === 'table' && !hasNestedTable(element)) for (const row of rows(element)) add(blocks, row);
  else if (name === 'dl') for (const each of definitions(element)) add(blocks, each);
  else walkChildren(element, blocks);
}

/** Elements with lines of their own are blocks; the text between them is gathered into paragraphs. */
function walkChildren(element: HtmlElement, blocks: Block[]): void {
  let loose = '';
  let number = 0;
  for (const child of element.children) {
    if (typeof child === 'string' || !(child.isBlock || UNSEEN.has(child.name))) {
      loose += inline(child);
      continue;
    }
    add(blocks, paragraph(loose));
    loose = '';
    const from = blocks.length;
    walk(child, blocks);
    if (child.name !== 'li') continue;
    number += 1;
    if (element.name === 'ol') setNumber(blocks, from, number);
  }
  add(blocks, paragraph(loose));
}

function add(blocks: Block[], block: Block): void {
  if (block.text.trim() !== '') blocks.push(block);
}

function setNumber(blocks: Block[], at: number, number: number): void {
  const first = blocks[at];
  if (first !== undefined) blocks[at] = { ...first, text: `${number}. ${first.text.trim()}` };
}

/** The text in a line: white space as one space, and one around what has lines of its own. */
function inline(node: HtmlElement | string): string {
  const parts: string[] = [];
  gather(node, parts);
  return parts.join('');
}

function gather(node: HtmlElement | string, parts: string[]): void {
  if (typeof node === 'string') return void parts.push(node.replace(/\s+/g, ' '));
  if (node.name === 'br') return void parts.push(' ');
  const edge = ownsLine(node.name) ? ' ' : '';
  parts.push(edge);
  for (const child of node.children) gather(child, parts);
  parts.push(edge);
}

function textOf(element: HtmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

const TABLE = new Set(['table']);
const CAPTION = new Set(['caption']);
const ROW = new Set(['tr']);
const CELL = new Set(['th', 'td']);
const DEFINITION = new Set(['dt', 'dd']);

function hasNestedTable(table: HtmlElement): boolean {
  return within(table, TABLE).next().done !== true;
}

function rows(table: HtmlElement): Block[] {
  const caption = [...within(table, CAPTION)].map((each) => paragraph(inline(each)));
  const all = [...within(table, ROW)].map((row) => [...within(row, CELL)]);
  const head = all[0] ?? [];
  const isHead = head.length > 0 && head.every((cell) => cell.name === 'th');
  const columns = isHead ? head.map(inline) : [];
  const body = isHead && all.length > 1 ? all.slice(1) : all;
  return [...caption, ...body.map((cells) => paragraph(readRow(columns, cells)))];
}

/** In a table without a head row, a row's own head names its cells: "Phone: 0131". */
function readRow(columns: readonly string[], cells: readonly HtmlElement[]): string {
  const [first, ...rest] = cells;
  if (columns.length === 0 && first?.name === 'th' && rest.length > 0) {
    return `${oneLine(inline(first)).replace(/:$/, '')}: ${rest.map((cell) => oneLine(inline(cell))).join('; ')}`;
  }
  return readOut(columns, cells.map(inline));
}

function definitions(list: HtmlElement): Block[] {
  const blocks: Block[] = [];
  let term = '';
  for (const each of within(list, DEFINITION)) {
    const text = oneLine(inline(each));
    if (each.name === 'dt') {
      term = text;
    } else {
      blocks.push(paragraph(term === '' ? text : `${term.replace(/:$/, '')}: ${text}`));
    }
  }
  return blocks;
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}
