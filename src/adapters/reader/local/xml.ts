import { parseDocument } from 'htmlparser2';

/** An element of an XML part; texts are in between. Names keep their prefixes. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** Reads XML: no entities of its own, nothing fetched; what is not well formed is read as well as it goes. */
export function readXml(text: string): XmlElement {
  return { name: '', attributes: {}, children: childrenOf(parseDocument(text, { xmlMode: true })) };
}

/** All elements of a name, in document order, but not those within one another. */
export function elementsOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    return child.name === name ? [child] : elementsOf(child, name);
  });
}

interface Node {
  readonly type: string;
  readonly name?: string;
  readonly attribs?: Record<string, string>;
  readonly data?: string;
  readonly children?: readonly Node[];
}

function childrenOf(node: unknown): (XmlElement | string)[] {
  return ((node as Node).children ?? []).flatMap((child) => {
    if (child.name !== undefined && child.attribs !== undefined)
      return [{ name: child.name, attributes: child.attribs, children: childrenOf(child) }];
    return child.type === 'text' ? [child.data ?? ''] : childrenOf(child);
  });
}
