import type { CopiedGroup, CopyStore } from '#ports/store/copies.ts';
import type { CopiedKind, CopiedRow } from '#domain/project-copy.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { SealedKind } from '#ports/store/seals.ts';
import type { Store } from '#ports/store/store.ts';
import { recast } from './recast.ts';

/** What is sealed of a copied row, in the order in which `recast` has it. */
const COLUMNS: Partial<Record<CopiedKind & SealedKind, readonly string[]>> = {
  answers: ['question', 'text', 'citations'],
  former_answers: ['text', 'citations'],
  misses: ['question'],
  judgements: ['why'],
  turns: ['body'],
  schedules: ['items'],
};

/** Keys of answers by their ids: what an answer said before is bound to its key, and does not bring it. */
type Keys = Map<number, string>;

/** A copy is open on its way, and sealed where it arrives as it is sealed there. */
export function sealedCopies({ copies }: Store, sealer: Sealer): CopyStore {
  const opener = openerOf(sealer);
  const arriving = new Map<number, Keys>();
  return {
    ...copies,
    async read(projectId) {
      const copy = await copies.read(projectId);
      return { ...copy, groups: opened(opener, projectId, copy.groups) };
    },
    async begin(ranges, now) {
      const arrival = await copies.begin(ranges, now);
      arriving.set(arrival.projectId, new Map());
      return arrival;
    },
    write(projectId, group, now) {
      const keys: Keys = arriving.get(projectId) ?? new Map();
      return copies.write(projectId, { ...group, ...recastGroup(sealer, { projectId, keys }, group) }, now);
    },
    finish(projectId, name, project, now) {
      arriving.delete(projectId);
      return copies.finish(projectId, name, project, now);
    },
    abandon(projectId, now) {
      arriving.delete(projectId);
      return copies.abandon(projectId, now);
    },
  };
}

async function* opened(
  opener: Sealer,
  projectId: number,
  groups: AsyncIterable<CopiedGroup>,
): AsyncGenerator<CopiedGroup> {
  const keys: Keys = new Map();
  for await (const group of groups) yield recastGroup(opener, { projectId, keys }, group);
}

function recastGroup(
  sealer: Sealer,
  { projectId, keys }: { readonly projectId: number; readonly keys: Keys },
  { kind, rows }: CopiedGroup,
): CopiedGroup {
  const columns = COLUMNS[kind as SealedKind & CopiedKind];
  if (columns === undefined) return { kind, rows };
  if (kind === 'answers') for (const row of rows) keys.set(row['id'] as number, row['key'] as string);
  return {
    kind,
    rows: rows.map((row) => {
      const key = (row['key'] ?? keys.get(row['answer_id'] as number) ?? null) as string | null;
      const values = columns.map((name) => row[name] as string | null);
      const anew = recast(sealer, kind as SealedKind, { id: [], projectId, key, values });
      return anew === null ? row : withValues(row, columns, anew);
    }),
  };
}

function withValues(
  row: CopiedRow,
  columns: readonly string[],
  values: readonly (string | null)[],
): CopiedRow {
  return { ...row, ...Object.fromEntries(columns.map((name, i) => [name, values[i] ?? null])) };
}

/** The same keys, and nothing is sealed with them. */
function openerOf(sealer: Sealer): Sealer {
  return {
    newest: null,
    names: sealer.names,
    seal: (text) => text,
    open: (kept, about) => sealer.open(kept, about),
    isSealed: (kept) => sealer.isSealed(kept),
    isCurrent: (kept) => !sealer.isSealed(kept),
  };
}
