/** Nobody is kept waiting longer than this by one header. */
const LONGEST_MS = 6 * 3_600_000;

/**
 * What a `Retry-After` header asks for, in milliseconds from `now`: seconds, or a date. Null when it says nothing that
 * can be read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(LONGEST_MS, Math.max(0, ms)) : null;
}
