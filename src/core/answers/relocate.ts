import type { Answer, Citation, EvidenceParagraph } from '#domain/answer.ts';
import type { Passage } from '#domain/document.ts';

/** Where the paragraphs of an answer stand now. */
export interface Relocated {
  readonly paragraphs: readonly EvidenceParagraph[];
  readonly citations: readonly Citation[];
}

/**
 * The same evidence may stand in another document, when that was renamed or its text was moved: what is noted of an
 * answer, and what its readers are shown, has to follow. Otherwise a change of the new document would not be known to
 * touch the answer. Null: it stands where it stood.
 */
export function relocate(answer: Answer, passages: readonly Passage[]): Relocated | null {
  const supporting = new Set(
    answer.evidence.paragraphs.filter(({ supports }) => supports).map(({ hash }) => hash),
  );
  const places = new Map<string, EvidenceParagraph>();
  for (const { documentId, paragraphs } of passages)
    for (const { hash } of paragraphs)
      places.set(`${documentId}:${hash}`, { hash, documentId, supports: supporting.has(hash) });
  const paragraphs = [...places.values()];
  const citations = answer.citations.map((citation) => moved(citation, passages));
  const isSame =
    JSON.stringify([citations, paragraphs.map(placeOf)]) ===
    JSON.stringify([answer.citations, answer.evidence.paragraphs.map(placeOf)]);
  return isSame ? null : { paragraphs, citations };
}

function placeOf({ hash, documentId }: EvidenceParagraph): string {
  return `${documentId}:${hash}`;
}

/** In the same document where that still has it. */
function moved(citation: Citation, passages: readonly Passage[]): Citation {
  const holders = passages.filter(({ paragraphs }) =>
    paragraphs.some(({ hash, text }) => hash === citation.paragraph && text.includes(citation.quote)),
  );
  const holder = holders.find(({ documentId }) => documentId === citation.documentId) ?? holders[0];
  if (holder === undefined) return citation;
  const { documentId, documentName: document, id: chunkId, headings, page } = holder;
  return { ...citation, documentId, document, chunkId, headings, page };
}
