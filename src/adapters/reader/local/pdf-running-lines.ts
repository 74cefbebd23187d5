import type { Line } from './pdf-lines.ts';
import { oneLine } from './tidy.ts';

/** How many lines at the top and at the bottom of a page may be running heads and feet. */
const EDGE = 2;

const PAGE_NUMBER =
  /^(?:[-–—]\s*)?(?:page\s*|p\.\s*)?\d{1,4}(?:\s*(?:of|\/|von|sur|de)\s*\d{1,4})?(?:\s*[-–—])?$/i;

/** Drops page numbers, and what stands at the same edge of most pages but for its number. */
export function withoutRunningLines(pages: readonly (readonly Line[])[]): Line[][] {
  const counts = new Map<string, number>();
  for (const lines of pages) {
    for (const key of new Set(edgesOf(lines).map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const needed = Math.max(2, Math.ceil(pages.length * 0.6));
  return pages.map((lines) => {
    const edges = new Set(edgesOf(lines));
    return lines.filter((line) => !edges.has(line) || !isRunning(line, counts, needed, pages.length));
  });
}

function isRunning(line: Line, counts: ReadonlyMap<string, number>, needed: number, pages: number): boolean {
  if (PAGE_NUMBER.test(oneLine(line.text))) return pages > 1;
  return (counts.get(keyOf(line)) ?? 0) >= needed;
}

function edgesOf(lines: readonly Line[]): Line[] {
  const byHeight = [...lines].sort((a, b) => b.y - a.y);
  return [...byHeight.slice(0, EDGE), ...byHeight.slice(Math.max(EDGE, byHeight.length - EDGE))];
}

/** The same text at the same height, whatever its numbers. */
function keyOf(line: Line): string {
  return `${Math.round(line.y / 4)} ${oneLine(line.text).replace(/\d+/g, '#')}`;
}
