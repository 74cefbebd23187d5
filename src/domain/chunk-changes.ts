/** A chunk of a version, by what it says: see `identityOf` of the stores. */
export interface PlacedChunk {
  readonly id: number;
  readonly identity: string;
}

export interface ChunkChanges {
  /** Ids of chunks that only the new version has. */
  readonly added: readonly number[];
  /** Ids of chunks that only the old version has. */
  readonly removed: readonly number[];
  /** Ids, in the old version, of chunks that stay and have other neighbours in the new one. */
  readonly moved: readonly number[];
}

/** What differs between two versions of a document, whose chunks are given in order. */
export function diffChunks(before: readonly PlacedChunk[], after: readonly PlacedChunk[]): ChunkChanges {
  const [old, now] = [surroundings(before), surroundings(after)];
  const stays = ({ identity }: PlacedChunk) => now.get(identity)?.length === old.get(identity)?.length;
  return {
    added: after.filter((chunk) => !stays(chunk)).map(({ id }) => id),
    removed: before.filter((chunk) => !stays(chunk)).map(({ id }) => id),
    moved: before
      .filter((chunk) => stays(chunk) && !isSame(old.get(chunk.identity), now.get(chunk.identity)))
      .map(({ id }) => id),
  };
}

/** What stands before and after each chunk, by identity; several where it stands several times. */
function surroundings(chunks: readonly PlacedChunk[]): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  chunks.forEach(({ identity }, i) => {
    const place = `${chunks[i - 1]?.identity ?? ''} ${chunks[i + 1]?.identity ?? ''}`;
    const known = places.get(identity);
    if (known === undefined) places.set(identity, [place]);
    else known.push(place);
  });
  return places;
}

function isSame(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.every((place, i) => place === other[i]);
}
