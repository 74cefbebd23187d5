import { assembleScan } from './scan-module.ts';
import { WasmInstance, WasmMemory, WasmModule } from './web-assembly.ts';
import type { Memory, Module } from './web-assembly.ts';

/** The first page of memory holds the query and the sums of one slice; rows begin at the second. */
const PAGE_BYTES = 65_536;
const SUMS_AT = PAGE_BYTES / 2;
const HIGHEST_BYTE = 127;

/** Rows that one scan takes: half a millisecond of work at 384 dimensions. */
export const SLICE = 8_192;

/** Vectors of more numbers do not fit beside the sums. */
export const MOST_DIMENSIONS = SUMS_AT / 2;

/** What was made of a query, put into place for `scan`. */
export interface ByteQuery {
  /** What sums are multiplied with, beside each row's own scale. */
  readonly scale: number;
  /** No product of `near` is farther off than this. */
  readonly error: number;
}

type Scan = (rows: number, query: number, count: number, blocks: number, out: number) => void;

/**
 * Vectors rounded to a byte for each number, in WebAssembly memory, for a first look at all of them: a quarter of the
 * bytes to walk through, and 16 multiplications at once. It knows how far off a product can be, so that a second look
 * at the exact numbers of a few gives what an exact scan would.
 */
export class ByteRows {
  readonly #dimensions: number;
  /** Bytes of a row: a multiple of 16, the rest stays zero. */
  readonly #stride: number;
  readonly #memory: Memory = new WasmMemory({ initial: 1 });
  readonly #scan: Scan;
  /** By slot. */
  #scales = new Float32Array(0);
  /** The length of what rounding took from any row. */
  #lost = 0;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#stride = 16 * Math.ceil(dimensions / 16);
    MODULE ??= new WasmModule(assembleScan());
    const { exports } = new WasmInstance(MODULE, { host: { memory: this.#memory } });
    this.#scan = exports['scan'] as Scan;
  }

  set(slot: number, vector: Float32Array): void {
    if (slot >= this.#scales.length) this.#grow(slot + 1);
    const scale = Math.fround(highestOf(vector) / HIGHEST_BYTE) || 1;
    const row = new Int8Array(this.#memory.buffer, this.#rowAt(slot), this.#dimensions);
    let lost = 0;
    for (let i = 0; i < row.length; i += 1) {
      const value = vector[i] as number;
      const rounded = Math.max(-HIGHEST_BYTE, Math.min(HIGHEST_BYTE, Math.round(value / scale)));
      row[i] = rounded;
      lost += (value - rounded * scale) ** 2;
    }
    this.#scales[slot] = scale;
    this.#lost = Math.max(this.#lost, Math.sqrt(lost));
  }

  move(from: number, to: number): void {
    const bytes = new Int8Array(this.#memory.buffer);
    bytes.copyWithin(this.#rowAt(to), this.#rowAt(from), this.#rowAt(from + 1));
    this.#scales[to] = this.#scales[from] as number;
  }

  /** To be called again after every pause: another query may stand in place by then. */
  begin(vector: Float32Array): ByteQuery {
    const highest = Math.min(32_767, Math.floor((2 ** 31 - 1) / (HIGHEST_BYTE * this.#stride)));
    const scale = highestOf(vector) / highest || 1;
    const numbers = new Int16Array(this.#memory.buffer, 0, this.#stride);
    let lost = 0;
    let squares = 0;
    for (let i = 0; i < this.#dimensions; i += 1) {
      const value = vector[i] as number;
      const rounded = Math.round(value / scale);
      numbers[i] = rounded;
      lost += (value - rounded * scale) ** 2;
      squares += value * value;
    }
    // |q·v − q̂·v̂| ≤ |q|·|v − v̂| + |q − q̂|·|v̂|, by Cauchy and Schwarz; and a little for sums of floats.
    const error = Math.sqrt(squares) * this.#lost + Math.sqrt(lost) * (1 + this.#lost) + 1e-6;
    return { scale, error };
  }

  /** Products of rows `from` up to `to` with the query, nearly, into `near`. At most a slice of them. */
  near(query: ByteQuery, from: number, to: number, near: Float32Array): void {
    this.#scan(this.#rowAt(from), 0, to - from, this.#stride / 16, SUMS_AT);
    const sums = new Int32Array(this.#memory.buffer, SUMS_AT, to - from);
    for (let i = 0; i < sums.length; i += 1) {
      near[from + i] = (sums[i] as number) * (this.#scales[from + i] as number) * query.scale;
    }
  }

  #rowAt(slot: number): number {
    return PAGE_BYTES + slot * this.#stride;
  }

  #grow(rows: number): void {
    const capacity = Math.max(rows, Math.ceil(this.#scales.length * 1.5), 256);
    const needed = Math.ceil(this.#rowAt(capacity) / PAGE_BYTES);
    this.#memory.grow(needed - this.#memory.buffer.byteLength / PAGE_BYTES);
    const scales = new Float32Array(capacity);
    scales.set(this.#scales);
    this.#scales = scales;
  }
}

let MODULE: Module | undefined;

function highestOf(vector: Float32Array): number {
  let highest = 0;
  for (const value of vector) highest = Math.max(highest, Math.abs(value));
  return highest;
}
