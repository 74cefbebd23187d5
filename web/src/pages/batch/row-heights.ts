export const ROW_PX = 46;
export const NARROW_ROW_PX = 64;

/** A list is as high as its rows, and no higher than what is in sight. */
export function heightOf(rowsPx: number): string {
  return `min(${rowsPx}px, max(340px, 100dvh - 250px))`;
}
