import { analyse } from 'chardet';

/**
 * The text of the bytes, whatever the usual encodings; null when they are no text.
 *
 * UTF-8 and UTF-16 are told by their marks or by being valid; what is left is the encoding that the file `names`, or
 * the one that its letters are likeliest in, provided that the outcome looks like written text.
 */
export function decodeText(bytes: Uint8Array, named: string | null): string | null {
  const marked = markedEncoding(bytes);
  if (marked !== null) return clean(new TextDecoder(marked).decode(bytes));
  if (bytes.subarray(0, SAMPLE).includes(0)) return decodeUnmarkedUtf16(bytes);
  const utf8 = hasShifts(bytes) ? null : decodeUtf8(bytes);
  if (utf8 !== null) return isWritten(utf8) ? clean(utf8) : null;
  const encodings = named === null ? likelyEncodings(bytes) : [named];
  const likely = firstWritten(bytes, encodings);
  if (likely !== null) return clean(likely);
  const western = encodings.length === 0 ? firstWritten(bytes, ['windows-1252']) : null;
  return western !== null && isWestern(western) ? clean(western) : null;
}

/** Bytes that an encoding has no letters for are in none of its texts, however well the others fit. */
function firstWritten(bytes: Uint8Array, encodings: readonly string[]): string | null {
  for (const encoding of encodings) {
    const text = new TextDecoder(encoding).decode(bytes);
    if (isWritten(text)) return text;
  }
  return null;
}

/** Japanese mail and old files write all letters in seven bits, with escapes between the alphabets. */
function hasShifts(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, SAMPLE)).includes('\x1b$');
}

/** Below this the guess is worth no more than Western letters are. */
const LEAST_CONFIDENCE = 25;

/** By the frequencies of letters, the likeliest first. */
function likelyEncodings(bytes: Uint8Array): string[] {
  return analyse(bytes.subarray(0, SAMPLE))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .flatMap(({ name }) => labelOf(name) ?? []);
}

function labelOf(name: string): string | null {
  try {
    // The Ukrainian one has letters where the Russian has lines of tables.
    return new TextDecoder(name === 'KOI8-R' ? 'koi8-u' : name).encoding;
  } catch {
    return null;
  }
}

/** The encoding that an HTML file names in its head, when there is such a one. */
export function charsetOfHtml(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2_048)).toString(
    'latin1',
  );
  const label = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{3,40})/i.exec(head)?.[1];
  if (label === undefined) return null;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** Bytes and characters looked at to judge a whole file. */
const SAMPLE = 65_536;

function markedEncoding(bytes: Uint8Array): string | null {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : null;
}

/** Western text in UTF-16 has its zeros all in odd places, or all in even ones. */
function decodeUnmarkedUtf16(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, Math.min(SAMPLE, bytes.byteLength & ~1));
  const zeros = [0, 0];
  sample.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const isOneSided = Math.min(even, odd) === 0 && Math.max(even, odd) > sample.length / 5;
  if (!isOneSided) return null;
  const text = new TextDecoder(odd > 0 ? 'utf-16le' : 'utf-16be').decode(bytes);
  return isWritten(text) ? clean(text) : null;
}

/** A few bad bytes in much good UTF-8 are damage, not another encoding; an end in mid-character is none either. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    const lossy = new TextDecoder().decode(bytes);
    const bad = countOf(lossy, /\uFFFD/g);
    const good = countOf(lossy, /[^\0-\x7f\uFFFD]/g);
    return bad * 10 <= good ? lossy : null;
  }
}

function isWritten(text: string): boolean {
  const sample = text.slice(0, SAMPLE);
  // eslint-disable-next-line no-control-regex -- control characters are what tells binaries
  const controls = countOf(sample, /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\uFFFD]/g);
  return controls * 200 <= sample.length && !sample.includes('\0');
}

/** Other alphabets read as Western are letters with accents and little else. */
function isWestern(text: string): boolean {
  const sample = text.slice(0, SAMPLE);
  return countOf(sample, /[\x80-\xff]/g) * 3 <= sample.length;
}

function countOf(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

function clean(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '');
}
