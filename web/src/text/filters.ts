import type { PassageFilter } from '#sdk/index.ts';
import { countOf } from './counts.ts';

/** "only from hr or pay", "only from 2 documents", "only from 2 documents, of those with hr" */
export function keptToInWords({ documents = [], tags = [] }: PassageFilter): string {
  const tagged = tags.join(' or ');
  if (documents.length === 0) return `only from ${tagged}`;
  const counted = countOf(documents.length, 'document');
  return `only from ${counted}${tags.length === 0 ? '' : `, of those with ${tagged}`}`;
}
