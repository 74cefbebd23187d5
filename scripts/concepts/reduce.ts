/** Rows of a sparse matrix: column indexes and values. */
export interface SparseRow {
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/** Rows of numbers, one after the other. */
interface Dense {
  readonly rows: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** Rounds of the power iteration, and dimensions computed beyond those kept: more change little. */
const ROUNDS = 3;
const SPARE = 24;

/**
 * The rows in few dimensions: U·√S of a singular value decomposition, by a randomised range finder.
 *
 * @see https://arxiv.org/abs/0909.4061
 */
export function reduceRows(
  rows: readonly SparseRow[],
  columns: number,
  dimensions: number,
  random: () => number,
): Float64Array[] {
  const width = dimensions + SPARE;
  const start = dense(columns, width);
  for (let i = 0; i < start.data.length; i += 1) start.data[i] = gauss(random);
  let range = orthonormal(times(rows, start));
  for (let round = 0; round < ROUNDS; round += 1) {
    range = orthonormal(times(rows, orthonormal(timesTransposed(rows, columns, range))));
  }
  // B = Qᵀ·A; B·Bᵀ is small, and its eigenvectors turn Q into U.
  const b = timesTransposed(rows, columns, range);
  const { values, vectors } = eigen(gram(b), width);
  const order = Array.from(values, (_, i) => i).sort((i, j) => (values[j] as number) - (values[i] as number));
  return Array.from({ length: rows.length }, (_, row) => {
    const reduced = new Float64Array(dimensions);
    for (let k = 0; k < dimensions; k += 1) {
      const column = order[k] as number;
      let sum = 0;
      for (let i = 0; i < width; i += 1) {
        sum += (range.data[row * width + i] as number) * (vectors[i * width + column] as number);
      }
      reduced[k] = sum * Math.max(0, values[column] as number) ** 0.25;
    }
    return reduced;
  });
}

function times(rows: readonly SparseRow[], right: Dense): Dense {
  const { width } = right;
  const result = dense(rows.length, width);
  rows.forEach(({ columns, values }, row) => {
    for (let j = 0; j < columns.length; j += 1) {
      const [value, from] = [values[j] as number, (columns[j] as number) * width];
      for (let i = 0; i < width; i += 1) {
        addTo(result.data, row * width + i, value * (right.data[from + i] as number));
      }
    }
  });
  return result;
}

function timesTransposed(rows: readonly SparseRow[], columns: number, right: Dense): Dense {
  const { width } = right;
  const result = dense(columns, width);
  rows.forEach((row, at) => {
    for (let j = 0; j < row.columns.length; j += 1) {
      const [value, to] = [row.values[j] as number, (row.columns[j] as number) * width];
      for (let i = 0; i < width; i += 1) {
        addTo(result.data, to + i, value * (right.data[at * width + i] as number));
      }
    }
  });
  return result;
}

/** Columns of length 1 at right angles, by Cholesky's decomposition of the Gram matrix, twice for precision. */
function orthonormal(matrix: Dense): Dense {
  return choleskyStep(choleskyStep(matrix));
}

function choleskyStep({ rows, width, data }: Dense): Dense {
  const r = cholesky(gram({ rows, width, data }), width);
  const result = dense(rows, width);
  for (let row = 0; row < rows; row += 1) {
    const at = row * width;
    for (let j = 0; j < width; j += 1) {
      let value = data[at + j] as number;
      for (let i = 0; i < j; i += 1) value -= (result.data[at + i] as number) * (r[j * width + i] as number);
      result.data[at + j] = value / (r[j * width + j] as number);
    }
  }
  return result;
}

function gram({ rows, width, data }: Dense): Float64Array {
  const product = new Float64Array(width * width);
  for (let row = 0; row < rows; row += 1) {
    const at = row * width;
    for (let i = 0; i < width; i += 1) {
      const value = data[at + i] as number;
      if (value === 0) continue;
      for (let j = 0; j <= i; j += 1) addTo(product, i * width + j, value * (data[at + j] as number));
    }
  }
  for (let i = 0; i < width; i += 1) {
    for (let j = i + 1; j < width; j += 1) product[i * width + j] = product[j * width + i] as number;
  }
  return product;
}

/** Lower triangle L of A = L·Lᵀ. */
function cholesky(a: Float64Array, width: number): Float64Array {
  const l = new Float64Array(width * width);
  for (let i = 0; i < width; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = a[i * width + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (l[i * width + k] as number) * (l[j * width + k] as number);
      l[i * width + j] = i === j ? Math.sqrt(Math.max(sum, 1e-30)) : sum / (l[j * width + j] as number);
    }
  }
  return l;
}

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations. */
function eigen(matrix: Float64Array, width: number): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(width * width);
  for (let i = 0; i < width; i += 1) vectors[i * width + i] = 1;
  for (let sweep = 0; sweep < 12; sweep += 1) {
    for (let p = 0; p < width; p += 1) for (let q = p + 1; q < width; q += 1) rotate(a, vectors, width, p, q);
  }
  return { values: Float64Array.from({ length: width }, (_, i) => a[i * width + i] as number), vectors };
}

// eslint-disable-next-line max-params -- the two matrices and the two axes of one rotation
function rotate(a: Float64Array, v: Float64Array, width: number, p: number, q: number): void {
  const apq = a[p * width + q] as number;
  if (Math.abs(apq) < 1e-14) return;
  const theta = ((a[q * width + q] as number) - (a[p * width + p] as number)) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < width; k += 1) {
    const [x, y] = [a[k * width + p] as number, a[k * width + q] as number];
    a[k * width + p] = c * x - s * y;
    a[k * width + q] = s * x + c * y;
  }
  for (let k = 0; k < width; k += 1) {
    const [x, y] = [a[p * width + k] as number, a[q * width + k] as number];
    a[p * width + k] = c * x - s * y;
    a[q * width + k] = s * x + c * y;
    const [m, n] = [v[k * width + p] as number, v[k * width + q] as number];
    v[k * width + p] = c * m - s * n;
    v[k * width + q] = s * m + c * n;
  }
}

function addTo(numbers: Float64Array, at: number, value: number): void {
  numbers[at] = (numbers[at] as number) + value;
}

function dense(rows: number, width: number): Dense {
  return { rows, width, data: new Float64Array(rows * width) };
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
