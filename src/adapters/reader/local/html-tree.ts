import { Parser } from 'htmlparser2';
import { nestedTooDeep } from './faults.ts';
import type { Report } from './read-file.ts';

/** An element of a page; texts are in between. Names are lower case, entities decoded. */
export interface HtmlElement {
  readonly name: string;
  readonly role: string | null;
  readonly children: readonly (HtmlElement | string)[];
  /** It, or something in it, has lines of its own. */
  readonly isBlock: boolean;
}

const OWN_LINE = new Set(
  `address article aside blockquote body center details dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
  h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul`.split(/\s+/),
);

/** What is never read: it is no text, or not shown. */
const NO_TEXT = new Set('script style template noscript svg iframe object canvas button select'.split(' '));

/** What lies deeper lies beside, as in browsers: pages that forget to close their tags nest by the thousand. */
const MOST_LEVELS = 256;

/** The parser's time grows with the square of the depth: for this, a quarter of a second. */
const MOST_OPEN = 20_000;

/** Characters between two notes of how far it is. */
const STEP = 262_144;

/**
 * The elements of a page that are shown. Takes time and memory by the length of the page, whatever is in it.
 *
 * @throws Fault `file_too_complex`
 */
export function parseHtml(html: string, report: Report): HtmlElement {
  const tree = new Tree();
  const parser = new Parser(tree);
  for (let from = 0; from < html.length; from += STEP) {
    parser.write(html.slice(from, from + STEP));
    report('KB', toKB(Math.min(from + STEP, html.length)), toKB(html.length));
  }
  parser.end();
  return tree.root;
}

function toKB(characters: number): number {
  return Math.ceil(characters / 1_000);
}

/** The same element with other children. */
export function withChildren({ name, role }: HtmlElement, children: HtmlElement['children']): HtmlElement {
  const isBlock = ownsLine(name) || children.some((child) => typeof child !== 'string' && child.isBlock);
  return { name, role, children, isBlock };
}

export function ownsLine(name: string): boolean {
  return OWN_LINE.has(name);
}

/** All elements of these names inside, in document order. */
export function* within(element: HtmlElement, names: ReadonlySet<string>): Generator<HtmlElement> {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    if (names.has(child.name)) yield child;
    yield* within(child, names);
  }
}

interface Growing extends HtmlElement {
  children: (HtmlElement | string)[];
  isBlock: boolean;
}

const NONE: (HtmlElement | string)[] = [];

/** Most have one child, and a list that was made empty takes room for 17 with its first. */
function addChild(parent: Growing, child: HtmlElement | string): void {
  if (parent.children === NONE) parent.children = [child];
  else parent.children.push(child);
}

interface Open {
  readonly element: Growing;
  readonly isShown: boolean;
}

/** Builds the elements as the parser meets their tags. */
class Tree {
  readonly root: Growing = { name: '', role: null, children: NONE, isBlock: false };
  readonly #open: Open[] = [{ element: this.root, isShown: true }];

  onopentag(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#open.length > MOST_OPEN) throw nestedTooDeep(MOST_OPEN);
    const element: Growing = {
      name,
      role: attributes['role'] ?? null,
      children: NONE,
      isBlock: ownsLine(name),
    };
    const isHidden =
      NO_TEXT.has(name) || attributes['hidden'] !== undefined || attributes['aria-hidden'] === 'true';
    const isShown = !isHidden && this.#top().isShown;
    if (isShown) this.#attach(element);
    this.#open.push({ element, isShown });
  }

  /** The parser gives a text in pieces, one for each entity and for each < that begins no tag. */
  ontext(text: string): void {
    const { element, isShown } = this.#top();
    if (!isShown) return;
    const last = element.children.at(-1);
    if (typeof last === 'string') element.children[element.children.length - 1] = last + text;
    else addChild(element, text);
  }

  onclosetag(): void {
    this.#open.pop();
  }

  /** Each element becomes a block once, so this takes no more time than there are elements. */
  #attach(element: Growing): void {
    let level = Math.min(this.#open.length, MOST_LEVELS) - 1;
    addChild((this.#open[level] as Open).element, element);
    if (!element.isBlock) return;
    for (; level >= 0; level -= 1) {
      const above = (this.#open[level] as Open).element;
      if (above.isBlock) return;
      above.isBlock = true;
    }
  }

  #top(): Open {
    return this.#open.at(-1) as Open;
  }
}
