import { Fault } from '#domain/fault.ts';

/** A question has 2,000 characters at most; a line this long is no list of questions, and is not worth its memory. */
export const MAX_LINE_CHARACTERS = 64 * 1024;

/**
 * Cuts a text into lines at LF, CRLF and CR, in groups of whatever one piece completes. The first line is line 1;
 * no line is left out.
 *
 * @throws Fault invalid `line_too_long`, as soon as a line is, with its number
 */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let count = 0;
  let open = '';
  let endsInCr = false;
  for await (const arrived of pieces) {
    if (arrived === '') continue;
    const piece = endsInCr && arrived.startsWith('\n') ? arrived.slice(1) : arrived;
    endsInCr = arrived.endsWith('\r');
    const lines = (piece.includes('\r') ? piece.replace(/\r\n?/g, '\n') : piece).split('\n');
    lines[0] = open + lines[0];
    open = lines.pop() ?? '';
    refuseLong(lines, open, count);
    count += lines.length;
    if (lines.length > 0) yield lines;
  }
  if (open !== '') yield [open];
}

function refuseLong(lines: readonly string[], open: string, before: number): void {
  let index = lines.findIndex((line) => line.length > MAX_LINE_CHARACTERS);
  if (index === -1 && open.length > MAX_LINE_CHARACTERS) index = lines.length;
  if (index !== -1) throw refusedAt(before + index + 1, 'line_too_long', tooLong('the line'));
}

/** @param what begins the sentence */
export function tooLong(what: string, maxCharacters = MAX_LINE_CHARACTERS): string {
  const advice =
    maxCharacters === MAX_LINE_CHARACTERS ? 'put one question on each line' : 'export the list again';
  return `${what} is longer than ${maxCharacters / 1024} KiB: ${advice}`;
}

/** A file that is refused as a whole for what stands on one line. */
export function refusedAt(line: number, code: 'line_too_long' | 'stray_quotes', message: string): Fault {
  return new Fault('invalid', code, `Line ${line}: ${message}.`, { problems: [{ line, message }] });
}
