export type Encoding = 'utf-16le' | 'utf-16be';

/** Bytes at the head of a file that tell what it is. */
export const HEAD_BYTES = 512;

const SIGNATURES: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['a zip archive or an Office document', [0x50, 0x4b, 0x03, 0x04]],
  ['a zip archive', [0x50, 0x4b, 0x05, 0x06]],
  ['an old Office document', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a GIF image', [0x47, 0x49, 0x46, 0x38]],
  ['a RIFF file (image, sound or film)', [0x52, 0x49, 0x46, 0x46]],
  ['an RTF document', [0x7b, 0x5c, 0x72, 0x74, 0x66]],
];

/** What the head of a file is when it is not text, as words for a message; null when it may be text. */
export function binaryKindOf(head: Uint8Array): string | null {
  const signature = SIGNATURES.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (signature !== undefined) return signature[0];
  return head.includes(0) && utf16Of(head) === null ? 'a binary file' : null;
}

/** UTF-16, by its mark, or by the NULs that Latin letters have in every other byte. */
export function utf16Of(head: Uint8Array): Encoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.length < 4) return null;
  const nuls = [0, 0];
  head.forEach((byte, i) => (nuls[i % 2] = (nuls[i % 2] as number) + Number(byte === 0)));
  const [even, odd] = nuls as [number, number];
  const many = head.length / 5;
  if (odd > many && even === 0) return 'utf-16le';
  return even > many && odd === 0 ? 'utf-16be' : null;
}
