/**
 * That a row which is found by its key stands in that status. Written so that no partial index serves it: on a small
 * or new table the planner prefers walking all items of that status for each key, and keeps to it when they are many.
 * (Settling 500 items then compared 250,000.)
 */
export function isStill(column: string, status: 'pending' | 'processing'): string {
  return `${column} || '' = '${status}'`;
}
