/** The vectors of rows, in the order of the identities; null for those that have none. */
export function vectorsFor(
  identities: readonly string[],
  rows: readonly Record<string, unknown>[],
): (Float32Array | null)[] {
  const known = new Map(rows.map((row) => [row['identity'] as string, row['vector'] as Uint8Array]));
  return identities.map((identity) => {
    const bytes = known.get(identity);
    // Copied: a Float32Array must begin at a multiple of four, which a view of the row need not.
    return bytes === undefined ? null : new Float32Array(Uint8Array.from(bytes).buffer);
  });
}
