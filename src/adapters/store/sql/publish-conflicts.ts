import { documentsFull } from '#domain/caps.ts';
import { Fault } from '#domain/fault.ts';

/** What decides whether a version may take the place of the one that is visible. */
export interface PublishedState {
  /** The item that brought the visible version; null: none is visible. */
  readonly visibleItemId: number | null;
  /** Another visible document holds the same bytes. */
  readonly hasTwin: boolean;
}

/** By a project's row that is locked, so that no two count at once. */
export const COUNT_VISIBLE =
  'select count(*) as n from documents where project_id = $1 and version_id is not null';

/** @throws Fault `documents_full`; a later try of the item finds the same, and fails */
export function checkDocuments(documents: number, most: number): void {
  if (documents < most) return;
  throw new Fault('conflict', 'documents_full', documentsFull(most));
}

/** @throws Fault `superseded`, `same_content`; a later try of the item finds the same, and skips */
export function checkPublish(itemId: number, { visibleItemId, hasTwin }: PublishedState): void {
  if (visibleItemId !== null && visibleItemId > itemId)
    throw new Fault('conflict', 'superseded', 'A later upload of this name is visible already.');
  if (visibleItemId === null && hasTwin)
    throw new Fault('conflict', 'same_content', 'Another document with the same content is visible already.');
}
