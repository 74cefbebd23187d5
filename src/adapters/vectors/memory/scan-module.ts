/**
 * A WebAssembly module of one function, written out here in the text form's words and put together when the process
 * starts: some 200 bytes that need no compiler, no binary in the repository and no install step.
 *
 * `scan(rows, query, count, blocks, out)` multiplies `count` rows of bytes with a query of 16-bit numbers, 16 at a
 * time, and writes a 32-bit sum for each. All arguments but `count` and `blocks` are addresses; a row has 16 × `blocks`
 * bytes. Sums do not overflow while row, query and dimensions keep |byte| × |number| × dimensions below 2³¹.
 *
 * @see https://webassembly.github.io/spec/core/binary/index.html
 */
export function assembleScan(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, vector([[0x60, ...vector(Array(5).fill([I32])), 0x00]])),
    ...section(2, vector([[...name('host'), ...name('memory'), 0x02, 0x00, 0x01]])),
    ...section(3, vector([[0x00]])),
    ...section(7, vector([[...name('scan'), 0x00, 0x00]])),
    ...section(
      10,
      vector([
        withSize([
          ...vector([
            [2, I32],
            [2, V128],
          ]),
          ...BODY,
          END,
        ]),
      ]),
    ),
  ]);
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const [I32, V128] = [0x7f, 0x7b];
/** Parameters, then locals. */
const [ROWS, QUERY, COUNT, BLOCKS, OUT, Q, LEFT, SUM, BYTES] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const END = 0x0b;
const [BLOCK, LOOP, NOTHING] = [0x02, 0x03, 0x40];
const BR = (depth: number): number[] => [0x0c, depth];
const BR_IF = (depth: number): number[] => [0x0d, depth];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const [I32_ADD, I32_EQZ] = [0x6a, 0x45];
const I32_STORE = [0x36, 2, 0];
const load = (offset: number): number[] => [...simd(0x00), 0, offset];
const ZERO = [...simd(0x0c), ...Array<number>(16).fill(0)];
const EXTEND_LOW = simd(0x87);
const EXTEND_HIGH = simd(0x88);
const DOT_I16 = simd(0xba);
const ADD_I32X4 = simd(0xae);
const lane = (index: number): number[] => [...simd(0x1b), index];
const step = (local: number, by: number): number[] => [
  ...get(local),
  ...constant(by),
  I32_ADD,
  ...set(local),
];

/** sum += (low or high half of the bytes, widened) · (eight numbers of the query) */
const addHalf = (half: number[], offset: number): number[] =>
  code(get(SUM), get(BYTES), half, get(Q), load(offset), DOT_I16, ADD_I32X4, set(SUM));

const EACH_BLOCK = code(
  code(get(ROWS), load(0), set(BYTES)),
  addHalf(EXTEND_LOW, 0),
  addHalf(EXTEND_HIGH, 16),
  code(step(ROWS, 16), step(Q, 32), step(LEFT, -1)),
  code(get(LEFT), BR_IF(0)),
);

const EACH_ROW = code(
  code(get(COUNT), I32_EQZ, BR_IF(1)),
  code(ZERO, set(SUM), get(QUERY), set(Q), get(BLOCKS), set(LEFT)),
  code(LOOP, NOTHING, EACH_BLOCK, END),
  code(get(OUT), get(SUM), lane(0)),
  ...[1, 2, 3].map((index) => code(get(SUM), lane(index), I32_ADD)),
  code(I32_STORE, step(OUT, 4), step(COUNT, -1), BR(0)),
);

const BODY = code(BLOCK, NOTHING, LOOP, NOTHING, EACH_ROW, END, END);

/** What is written one after the other. */
function code(...parts: readonly (number | readonly number[])[]): number[] {
  return parts.flat();
}

function section(id: number, content: number[]): number[] {
  return [id, ...withSize(content)];
}

function withSize(content: number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function vector(items: readonly number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): number[] {
  return withSize([...new TextEncoder().encode(text)]);
}

function simd(operation: number): number[] {
  return [0xfd, ...unsigned(operation)];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
