import type { JsonObject } from '#domain/json.ts';

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** The same object, in the wire's type, which does not know `readonly`. */
export function jsonObject(value: JsonObject): Record<string, unknown> {
  return value as Record<string, unknown>;
}

export function pageReply<T, W>(
  page: { readonly items: readonly T[]; readonly next: string | null },
  present: (item: T) => W,
): { items: W[]; nextCursor: string | null } {
  return { items: page.items.map(present), nextCursor: page.next };
}
