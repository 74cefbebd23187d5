import { parseDocument } from 'htmlparser2';

export interface Listing {
  readonly entries: readonly { readonly name: string; readonly keptAt: number }[];
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null;
}

interface Node {
  readonly name?: string;
  readonly data?: string;
  readonly children?: readonly Node[];
}

/** Reads the answer to ListObjectsV2. */
export function readListing(xml: string): Listing {
  const root = parseDocument(xml, { xmlMode: true }) as unknown as Node;
  const result = childrenOf(root, 'ListBucketResult')[0] ?? root;
  return {
    entries: childrenOf(result, 'Contents').map((entry) => ({
      name: textOf(entry, 'Key') ?? '',
      keptAt: Date.parse(textOf(entry, 'LastModified') ?? ''),
    })),
    next: textOf(result, 'NextContinuationToken'),
  };
}

function childrenOf(node: Node, name: string): Node[] {
  return (node.children ?? []).filter((child) => child.name === name);
}

function textOf(node: Node, name: string): string | null {
  const [element] = childrenOf(node, name);
  return element === undefined ? null : (element.children ?? []).map(({ data = '' }) => data).join('');
}
