import { Fault } from '#domain/fault.ts';
import type { Miss, MissGroup, MissState } from '#domain/miss.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { MissFilter, MissHead, MissToGroup } from '#ports/store/misses.ts';
import { filterOf } from '#domain/passage-filter.ts';
import { freshAt } from './carried-rows.ts';

/**
 * Every miss of a project with what the next one who asks meets. An answer that the documents may have overtaken is
 * looked at again before it is given, so it counts as none.
 *
 * @param greatest see `freshAt`
 */
export function listMisses(
  greatest: 'max' | 'greatest',
  { projectId, now }: { readonly projectId: string; readonly now: string },
): string {
  return `
    select m.id, m.question, m.filter, m.misses, m.first_at, m.last_at, coalesce(m.group_id, m.id) as group_id,
      case
        when a.id is null or ${freshAt(greatest)} < p.corpus_version then 'cold'
        when a.found = 0 then 'not_found'
        when a.expires_at <= ${now} then 'cold'
        else 'warm'
      end as state
    from misses m
      join projects p on p.id = m.project_id
      left join answers a on a.project_id = m.project_id and a.key = m.key
    where m.project_id = ${projectId}`;
}

/** A page of the groups that all misses of a project make: there are few enough of them (`MOST_MISSES`). */
export function pageOfGroups(
  rows: readonly Record<string, unknown>[],
  { state, text }: MissFilter,
  { limit, cursor }: PageRequest,
): Page<MissGroup> {
  const after = readPlace(cursor);
  const part = text?.toLowerCase();
  const groups = Array.from(Map.groupBy(rows, (row) => row['group_id']).values(), toGroup)
    .filter((group) => state === undefined || group.state === state)
    .filter(({ wordings }) => part === undefined || wordings.some(({ question }) => has(question, part)))
    .filter((group) => after === null || byMisses(after, group) < 0)
    .sort(byMisses);
  const items = groups.slice(0, limit);
  const last = items.at(-1);
  return { items, next: groups.length > limit && last !== undefined ? showPlace(last) : null };
}

function has(question: string, part: string): boolean {
  return question.toLowerCase().includes(part);
}

function toGroup(rows: readonly Record<string, unknown>[]): MissGroup {
  const wordings = rows.map(toMiss).sort(byMisses);
  const [first] = wordings as [Miss];
  return {
    ...first,
    misses: wordings.reduce((sum, { misses }) => sum + misses, 0),
    firstAt: Math.min(...wordings.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...wordings.map(({ lastAt }) => lastAt)),
    state: STATES.find((state) => wordings.some((each) => each.state === state)) ?? first.state,
    wordings,
  };
}

/** The state of a group is the first of these that one of its wordings has. */
const STATES: readonly MissState[] = ['cold', 'warm', 'not_found'];

function toMiss(row: Record<string, unknown>): Miss {
  const { id, question, misses, first_at: firstAt, last_at: lastAt, state } = row;
  const filter = filterOf(row['filter'] as string);
  return { id, question, filter, misses, firstAt, lastAt, state } as Miss;
}

export function toMissToGroup(row: Record<string, unknown>): MissToGroup {
  return {
    id: row['id'] as number,
    question: row['question'] as string,
    filter: filterOf(row['filter'] as string),
  };
}

export function toMissHead(row: Record<string, unknown>): MissHead {
  return {
    groupId: row['group_id'] as number,
    question: row['question'] as string,
    filter: filterOf(row['filter'] as string),
    vector: row['vector'] as Uint8Array,
  };
}

type Place = Pick<Miss, 'misses' | 'id'>;

function byMisses(a: Place, b: Place): number {
  return b.misses - a.misses || b.id - a.id;
}

function showPlace({ misses, id }: Place): string {
  return `${misses}-${id}`;
}

/** @throws Fault `bad_cursor` when the text was not given out as one */
function readPlace(cursor: string | null): Place | null {
  if (cursor === null) return null;
  const [, misses, id] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (misses === undefined || id === undefined) {
    throw new Fault(
      'invalid',
      'bad_cursor',
      'The cursor is not one that a page gave as `nextCursor`: begin without it.',
    );
  }
  return { misses: Number(misses), id: Number(id) };
}
