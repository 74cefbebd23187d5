/** The server takes no longer ones. */
const MOST_CHARACTERS = 2_000;

export type LineKind = 'question' | 'duplicate' | 'comment' | 'blank' | 'too_long';

export interface Line {
  readonly kind: LineKind;
  readonly text: string;
  /** Of a duplicate: the line, from 1, that says the same. */
  readonly sameAs?: number;
}

export interface TypedQuestions {
  readonly lines: readonly Line[];
  /** What would be sent: duplicates too, since the server shows each as skipped. */
  readonly questions: readonly string[];
  readonly counts: Readonly<Record<LineKind, number>>;
}

/** Reads what somebody types: one question a line; blank lines and lines that begin with `#` are not questions. */
export function readTyped(text: string): TypedQuestions {
  const seen = new Map<string, number>();
  const counts = { question: 0, duplicate: 0, comment: 0, blank: 0, too_long: 0 };
  const questions: string[] = [];
  const lines = text.split('\n').map((raw, index) => {
    const line = readLine(raw, index + 1, seen);
    counts[line.kind] += 1;
    if (line.kind === 'question' || line.kind === 'duplicate') questions.push(raw.trim());
    return line;
  });
  return { lines, questions, counts };
}

function readLine(text: string, number: number, seen: Map<string, number>): Line {
  const question = text.trim();
  if (question === '') return { kind: 'blank', text };
  if (question.startsWith('#')) return { kind: 'comment', text };
  if (question.length > MOST_CHARACTERS) return { kind: 'too_long', text };
  const sameness = samenessOf(question);
  const sameAs = seen.get(sameness);
  if (sameAs !== undefined) return { kind: 'duplicate', text, sameAs };
  seen.set(sameness, number);
  return { kind: 'question', text };
}

/** As the server compares questions; a difference would only change what is struck out here, never what is kept. */
function samenessOf(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\s?!.…。？！]+$/u, '');
}
