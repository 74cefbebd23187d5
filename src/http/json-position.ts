/** Where a text stops being JSON, counted from 1. */
export interface JsonPosition {
  readonly line: number;
  readonly column: number;
}

/**
 * A text has one way only to be read as plain runs with an escape between each: with two, one that is never closed would
 * take twice as long for each further character.
 */
const TOKEN =
  /[ \t\r\n]*(?:("[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/y;

/**
 * Finds the first token that cannot stand where it stands.
 *
 * V8's own message has a position for some errors only: not for an unexpected token, the most common one. So this
 * runs after a failed `JSON.parse`, and never before it.
 */
export function findJsonError(text: string): JsonPosition {
  TOKEN.lastIndex = 0;
  let at = 0;
  let before = '';
  for (;;) {
    const match = nextToken(text);
    if (match === null) break;
    const token = match[1] === undefined ? (match[2] as string) : 'value';
    if (!canFollow(before, token)) break;
    at = TOKEN.lastIndex;
    before = token;
  }
  return positionAt(text, skipSpace(text, at));
}

/** A text of megabytes can be more than the regular expression's stack holds; then the place is where it begins. */
function nextToken(text: string): RegExpExecArray | null {
  try {
    return TOKEN.exec(text);
  } catch {
    return null;
  }
}

/** Nesting is left to `JSON.parse`; neighbours alone tell nearly every typing error. */
function canFollow(before: string, token: string): boolean {
  const wantsValue = before === '' || before === '[' || before === ':' || before === ',' || before === '{';
  if (token === 'value' || token === '{' || token === '[') return wantsValue;
  if (token === '}') return before === '{' || isEndOfValue(before);
  if (token === ']') return before === '[' || isEndOfValue(before);
  return isEndOfValue(before);
}

function isEndOfValue(token: string): boolean {
  return token === 'value' || token === '}' || token === ']';
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at += 1;
  return at;
}

function positionAt(text: string, offset: number): JsonPosition {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
