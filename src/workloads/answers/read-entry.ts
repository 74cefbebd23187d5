import { readQuestion } from '#core/answers/read-question.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import type { NewWork, Readable } from '#ports/workload.ts';

/** What a caller may keep beside a question, as JSON. */
const MAX_EXTRAS_CHARACTERS = 8 * 1024;

/** One entry of a submission: a question, or an object that holds one; its other fields are kept with the item. */
export function readEntry(entry: Json): Readable<NewWork> {
  if (typeof entry === 'string') return readText(entry);
  if (!isObject(entry))
    return { problem: { message: 'an entry is a question, or an object with the field "question"' } };
  const { question, ...extras } = entry;
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
  return readText(question, extras);
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
