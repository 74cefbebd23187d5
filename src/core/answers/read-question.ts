import { normaliseQuestion } from '#domain/answer.ts';
import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';

/** In UTF-16 units: what `length` counts, and what a text field's limit counts. */
const MAX_QUESTION_CHARACTERS = 2_000;

/** Control characters, without tab and line ends, which are white space. */
// oxlint-disable-next-line no-control-regex -- they are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** A letter, a digit or a sign; not rules of dashes, nor what cannot be seen (a zero-width space). */
const SAYS_SOMETHING = /[\p{L}\p{N}\p{S}]/u;

/** Written by decoders in place of what was no text: the question lost something before it came here. */
const REPLACEMENT = '\ufffd';

export type QuestionRead =
  | { readonly question: string; readonly sameness: string }
  | { readonly problem: Problem };

/** A question, trimmed, with the form under which others are the same; or what is wrong with it. */
export function readQuestion(text: string, field = 'question'): QuestionRead {
  const question = text.trim();
  const wrong = wrongWith(question);
  if (wrong !== null) return { problem: { field, message: wrong } };
  const sameness = normaliseQuestion(question);
  if (!SAYS_SOMETHING.test(sameness)) return { problem: { field, message: 'the question has no words' } };
  return { question, sameness };
}

/** @throws Fault invalid `invalid_question` */
export function checkQuestion(text: string): string {
  const read = readQuestion(text);
  if ('problem' in read)
    throw new Fault('invalid', 'invalid_question', `Nothing was asked: ${read.problem.message}.`, {
      problems: [read.problem],
    });
  return read.sameness;
}

function wrongWith(question: string): string | null {
  if (question === '') return 'the question is blank';
  if (question.length > MAX_QUESTION_CHARACTERS) {
    return `the question has ${question.length} characters; at most ${MAX_QUESTION_CHARACTERS} are allowed`;
  }
  if (CONTROL.test(question)) return 'the question holds a control character: it is not plain text';
  if (question.includes(REPLACEMENT) || !question.isWellFormed()) {
    return 'the question holds characters that could not be read (shown as \ufffd): save the text as UTF-8';
  }
  return null;
}
