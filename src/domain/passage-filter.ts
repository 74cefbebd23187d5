import { tidyTags } from './tags.ts';

/** What a question keeps to: these documents, and those that have one of the tags. An empty list is no limit. */
export interface PassageFilter {
  readonly documents: readonly number[];
  readonly tags: readonly string[];
}

export const NO_FILTER: PassageFilter = { documents: [], tags: [] };

export const MOST_FILTERED_DOCUMENTS = 50;

export function isUnfiltered({ documents, tags }: PassageFilter): boolean {
  return documents.length === 0 && tags.length === 0;
}

/** In order and without repetitions, so that what lets the same in is the same. Null: too many, or no tag at all. */
export function tidyFilter({ documents, tags }: PassageFilter): PassageFilter | null {
  const ids = [...new Set(documents)].toSorted((a, b) => a - b);
  const tidy = tags.some((tag) => tag.trim() === '') ? null : tidyTags(tags);
  return tidy === null || ids.length > MOST_FILTERED_DOCUMENTS ? null : { documents: ids, tags: tidy };
}

/** A tidy filter as a text, for keys and rows; empty: no limit. */
export function filterText(filter: PassageFilter): string {
  const { documents, tags } = filter;
  return isUnfiltered(filter) ? '' : JSON.stringify({ documents, tags });
}

export function filterOf(text: string): PassageFilter {
  return text === '' ? NO_FILTER : (JSON.parse(text) as PassageFilter);
}

/** Whether it lets a document with these tags in. */
export function letsIn(
  { documents, tags }: PassageFilter,
  documentId: number,
  has: readonly string[],
): boolean {
  return (
    (documents.length === 0 || documents.includes(documentId)) &&
    (tags.length === 0 || tags.some((tag) => has.includes(tag)))
  );
}
