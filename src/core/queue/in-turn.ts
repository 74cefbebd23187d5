import type { ClaimedItem } from '#domain/outcome.ts';

/**
 * What waits to start, with what has just come: in order of claims, and projects in turn where there are several. What is
 * claimed ahead of a large project is some work: without this a small one, claimed level with it, would wait behind all
 * of that.
 */
export function inTurn(
  waiting: readonly ClaimedItem[],
  head: number,
  come: readonly ClaimedItem[],
): ClaimedItem[] {
  const all = [...(head === 0 ? waiting : waiting.slice(head)), ...come];
  const first = all[0]?.projectId;
  if (all.every((item) => item.projectId === first)) return all;
  const turns = new Map<number, number>();
  const placed = all.map((item) => {
    const turn = turns.get(item.projectId) ?? 0;
    turns.set(item.projectId, turn + 1);
    return { turn, item };
  });
  return placed.sort((a, b) => a.turn - b.turn).map(({ item }) => item);
}
