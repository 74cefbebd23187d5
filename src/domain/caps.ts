/** How much a project may hold, and how many of its items may run at once; null: as the server has it; 0: no cap. */
export interface Caps {
  /** Items that wait. */
  readonly pending: number | null;
  /** Items that run at once, in all processes. */
  readonly concurrency: number | null;
  /** Of cached answers and turns, in the store. */
  readonly cachedBytes: number | null;
  readonly documents: number | null;
}

export type CapName = keyof Caps;

/** With the server's own, where a project chose nothing; null: no cap. */
export function capOf(
  chosen: Caps | null | undefined,
  standard: Readonly<Record<CapName, number>>,
  name: CapName,
): number | null {
  const cap = chosen?.[name] ?? standard[name];
  return cap === 0 ? null : cap;
}

export function documentsFull(most: number): string {
  return `The project may have ${most} documents, and has: delete some, or raise its cap "documents".`;
}
