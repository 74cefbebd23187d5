/** Somebody who wants part of the room. */
export interface Sharer {
  readonly id: number;
  /** What it has already. */
  readonly load: number;
  /** The most it can take; may be Infinity. */
  readonly most: number;
}

/**
 * Shares room so that loads draw level: the least loaded get the next part until all stand equal, then in turn, in
 * the order given. The result of giving out one at a time, without the many turns; who of equals gets the last is settled by the order.
 */
export function levelShares(room: number, sharers: readonly Sharer[]): Map<number, number> {
  const shares = new Map(sharers.map(({ id }) => [id, 0]));
  let left = room;
  let open = sharers.filter(({ most }) => most > 0);
  while (left > 0 && open.length > 0) {
    const levelOf = (sharer: Sharer): number => sharer.load + (shares.get(sharer.id) ?? 0);
    const lowest = Math.min(...open.map(levelOf));
    const low = open.filter((sharer) => levelOf(sharer) === lowest);
    const next = Math.min(...open.map(levelOf).filter((level) => level > lowest));
    const fullest = Math.min(...low.map((sharer) => sharer.most - (shares.get(sharer.id) ?? 0)));
    const each = Math.min(Math.floor(left / low.length), next - lowest, fullest);
    // Not enough for one each: the first in order get it.
    const given = each > 0 ? low : low.slice(0, left);
    for (const { id } of given) shares.set(id, (shares.get(id) ?? 0) + Math.max(1, each));
    left -= given.length * Math.max(1, each);
    open = open.filter((sharer) => (shares.get(sharer.id) ?? 0) < sharer.most);
  }
  return shares;
}
