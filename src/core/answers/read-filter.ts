import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import { readId, showId } from '#domain/ids.ts';
import { MOST_FILTERED_DOCUMENTS, NO_FILTER, tidyFilter } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { MAX_TAG_LENGTH, MOST_TAGS } from '#domain/tags.ts';

export type FilterRead = { readonly ok: PassageFilter } | { readonly problem: Problem };

const WRONG = `a filter is an object with "documents" (up to ${MOST_FILTERED_DOCUMENTS} ids such as "doc_1"), "tags" (up to ${MOST_TAGS} of at most ${MAX_TAG_LENGTH} characters), or both`;

/** A filter as callers write it, `{documents: ["doc_1"], tags: ["hr"]}`; nothing: no limit. */
export function readFilter(given: unknown, field = 'filter'): FilterRead {
  if (given === undefined || given === null) return { ok: NO_FILTER };
  const filter = isObject(given) ? filterIn(given) : null;
  return filter === null ? { problem: { field, message: WRONG } } : { ok: filter };
}

function filterIn({ documents, tags, ...others }: Record<string, unknown>): PassageFilter | null {
  if (Object.keys(others).length > 0 || !isList(documents) || !isList(tags)) return null;
  const ids = (documents ?? []).map((shown) => readId('document', shown));
  return ids.includes(null) ? null : tidyFilter({ documents: ids as number[], tags: tags ?? [] });
}

function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

/** @throws Fault invalid `bad_filter` */
export function checkFilter(given: unknown): PassageFilter {
  const read = readFilter(given);
  if ('ok' in read) return read.ok;
  const { problem } = read;
  throw new Fault('invalid', 'bad_filter', `The filter cannot be used: ${problem.message}.`, {
    problems: [problem],
  });
}

/** As callers write it. */
export function showFilter({ documents, tags }: PassageFilter): { documents?: string[]; tags?: string[] } {
  return {
    ...(documents.length === 0 ? {} : { documents: documents.map((id) => showId('document', id)) }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
  };
}

/** An empty list is none: who made it by a program meant no document, and would get all of them. */
function isList(value: unknown): value is string[] | undefined {
  if (value === undefined) return true;
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}
