import { parseHTML } from 'linkedom';
import type { Block } from '#domain/document.ts';
import { oneLine, readOut } from './tidy.ts';

/** What is never read: it is no text, or not shown. */
const NO_TEXT =
  'script,style,template,noscript,svg,iframe,object,canvas,button,select,[hidden],[aria-hidden="true"]';

/** What stands around a page's own text. */
const AROUND = 'nav,footer,aside,form,header,[role="navigation"],[role="banner"],[role="contentinfo"]';

const OWN_LINE = new Set(
  `address article aside blockquote body center details dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
  h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul`.split(/\s+/),
);

/** Headings, paragraphs, list items, definitions, table rows and code of a page, without what stands around them. */
export function readHtml(html: string): Block[] {
  const own = blocksOf(html, `${NO_TEXT},${AROUND}`);
  // Some pages put all their text into one form or header; then what stands around is better than nothing.
  return own.some((block) => block.kind === 'paragraph') ? own : blocksOf(html, NO_TEXT);
}

function blocksOf(html: string, unwanted: string): Block[] {
  const { document } = parseHTML(/<html[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`);
  const title = oneLine(document.querySelector('title')?.textContent ?? '');
  keepArticleHeadings(document as unknown as HtmlNode);
  for (const element of document.querySelectorAll(unwanted)) element.remove();
  document.querySelector('head')?.remove();
  const blocks = walk(document.documentElement as unknown as HtmlNode);
  const hasTitle = blocks.some((block) => block.kind === 'heading' && block.level === 1);
  return title === '' || hasTitle || blocks.length === 0
    ? blocks
    : [{ kind: 'heading', level: 1, text: title }, ...blocks];
}

/** As much of the DOM as is used here: linkedom's own types need a browser's. */
interface HtmlNode {
  readonly nodeType: number;
  readonly localName?: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<HtmlNode>;
  readonly querySelectorAll: (selector: string) => Iterable<HtmlNode>;
  readonly replaceWith: (...nodes: HtmlNode[]) => void;
}

const ELEMENT = 1;
const TEXT = 3;

/** The header of an article holds its title; that of a site, its name and menu. */
function keepArticleHeadings(root: HtmlNode): void {
  for (const header of root.querySelectorAll('article header, main header')) {
    header.replaceWith(...header.querySelectorAll('h1,h2,h3,h4,h5,h6'));
  }
}

function walk(node: HtmlNode): Block[] {
  const name = node.localName ?? '';
  const level = /^h([1-6])$/.exec(name)?.[1];
  if (level !== undefined) return [{ kind: 'heading', level: Number(level), text: inline(node) }];
  if (name === 'pre') return [paragraph(node.textContent ?? '')];
  if (name === 'table' && !hasNestedTable(node)) return rows(node);
  if (name === 'dl') return definitions(node);
  return children(node);
}

/** Elements with lines of their own are blocks; the text between them is gathered into paragraphs. */
function children(node: HtmlNode): Block[] {
  const blocks: Block[] = [];
  let loose = '';
  const flush = (): void => {
    blocks.push(paragraph(loose));
    loose = '';
  };
  let number = 0;
  for (const child of node.childNodes) {
    if (child.nodeType === ELEMENT && holdsBlocks(child)) {
      flush();
      if (child.localName === 'li') number += 1;
      const own = walk(child);
      blocks.push(...(node.localName === 'ol' && child.localName === 'li' ? numbered(own, number) : own));
    } else {
      loose += inline(child);
    }
  }
  flush();
  return blocks.filter((block) => block.text.trim() !== '');
}

function holdsBlocks(element: HtmlNode): boolean {
  if (OWN_LINE.has(element.localName ?? '')) return true;
  for (const child of element.childNodes) if (child.nodeType === ELEMENT && holdsBlocks(child)) return true;
  return false;
}

function numbered(blocks: readonly Block[], number: number): Block[] {
  const [first, ...rest] = blocks;
  return first === undefined ? [] : [{ ...first, text: `${number}. ${first.text.trim()}` }, ...rest];
}

function inline(node: HtmlNode): string {
  if (node.nodeType === TEXT) return (node.textContent ?? '').replace(/\s+/g, ' ');
  if (node.nodeType !== ELEMENT) return '';
  if (node.localName === 'br') return ' ';
  const text = [...node.childNodes].map(inline).join('');
  return OWN_LINE.has(node.localName ?? '') ? ` ${text} ` : text;
}

function hasNestedTable(table: HtmlNode): boolean {
  return [...table.querySelectorAll('table')].length > 0;
}

function rows(table: HtmlNode): Block[] {
  const caption = [...table.querySelectorAll('caption')].map((each) => paragraph(inline(each)));
  const all = [...table.querySelectorAll('tr')].map((row) => [...row.querySelectorAll('th,td')]);
  const head = all[0] ?? [];
  const isHead = head.length > 0 && head.every((cell) => cell.localName === 'th');
  const columns = isHead ? head.map(inline) : [];
  const body = isHead && all.length > 1 ? all.slice(1) : all;
  return [...caption, ...body.map((cells) => paragraph(readRow(columns, cells)))];
}

/** In a table without a head row, a row's own head names its cells: "Phone: 0131". */
function readRow(columns: readonly string[], cells: readonly HtmlNode[]): string {
  const [first, ...rest] = cells;
  if (columns.length === 0 && first?.localName === 'th' && rest.length > 0) {
    return `${oneLine(inline(first)).replace(/:$/, '')}: ${rest.map((cell) => oneLine(inline(cell))).join('; ')}`;
  }
  return readOut(columns, cells.map(inline));
}

function definitions(list: HtmlNode): Block[] {
  const blocks: Block[] = [];
  let term = '';
  for (const each of list.querySelectorAll('dt,dd')) {
    const text = oneLine(inline(each));
    if (each.localName === 'dt') {
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
