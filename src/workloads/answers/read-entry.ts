import { readFilter, showFilter } from '#core/answers/read-filter.ts';
import { readQuestion } from '#core/answers/read-question.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import { filterText, isUnfiltered } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { NewWork, Readable } from '#ports/workload.ts';

/** What a caller may keep beside a question, as JSON. */
const MAX_EXTRAS_CHARACTERS = 8 * 1024;

/** One entry of a submission: a question, or an object that holds one; its other fields are kept with the item. */
export function readEntry(entry: Json): Readable<NewWork> {
  if (typeof entry === 'string') return readText(entry);
  if (!isObject(entry))
    return { problem: { message: 'an entry is a question, or an object with the field "question"' } };
  const { question, filter: given, ...extras } = entry;
  if (typeof question !== 'string') {
    return { problem: { field: 'question', message: 'the field "question" is missing, or is not a text' } };
  }
  if (JSON.stringify(extras).length > MAX_EXTRAS_CHARACTERS) {
    return {
      problem: {
        message: `the fields beside "question" are longer than ${MAX_EXTRAS_CHARACTERS / 1024} KiB`,
      },
    };
  }
  const filter = readFilter(given);
  if ('problem' in filter) return filter;
  return keepingTo(filter.ok, readText(question, extras));
}

/** The same question about other documents is another. */
function keepingTo(filter: PassageFilter, read: Readable<NewWork>): Readable<NewWork> {
  if ('problem' in read || isUnfiltered(filter)) return read;
  const { payload, sameness } = read.ok;
  return {
    ok: {
      payload: { ...payload, filter: showFilter(filter) },
      sameness: `${sameness}\n${filterText(filter)}`,
    },
  };
}

export function readText(text: string, extras?: JsonObject): Readable<NewWork> {
  const read = readQuestion(text);
  if ('problem' in read) return read;
  const { question, sameness } = read;
  return { ok: { payload: extras === undefined ? { question } : { question, ...extras }, sameness } };
}

function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
