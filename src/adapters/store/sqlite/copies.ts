import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { openSqlite } from '#clients/sqlite.ts';
import { COPIED_KINDS, NUMBERED_KINDS } from '#domain/project-copy.ts';
import type {
  CopiedKind,
  CopiedProject,
  CopiedRow,
  IdRanges,
  NumberedKind,
  Shifts,
} from '#domain/project-copy.ts';
import type { Project } from '#domain/project.ts';
import type { Arrival, ArrivingRows, CopiedGroup, CopyStore, ProjectCopy } from '#ports/store/copies.ts';
import {
  ARRIVING,
  COPIED_PROJECT,
  idsOf,
  insertCopied,
  insertValues,
  selectCopied,
  selectRange,
  SHOW_ARRIVED,
  shownValues,
  toRanges,
} from '../sql/copy-rows.ts';
import { toProject } from '../sql/project-rows.ts';
import type { Remote } from './remote.ts';

/** Rows that are read in one go, on the main thread: some with vectors of many KiB. */
const GROUP = 100;

const numbered = (sql: string): string => sql.replaceAll(/\$(\d)/g, '?$1');

export function copyWrites(db: DatabaseSync) {
  const open = db.prepare(`
    insert into projects (id, name, created_at)
    values (1 + max((select coalesce(max(id), 0) from projects), (select coalesce(max(project_id), 0) from removed_projects)),
            '${ARRIVING}' || lower(hex(randomblob(8))), ?) returning id`);
  const note = db.prepare('insert into project_arrivals (project_id, touched_at) values (?, ?)');
  const touch = db.prepare('update project_arrivals set touched_at = ? where project_id = ?');
  const end = db.prepare('delete from project_arrivals where project_id = ?');
  const remove = db.prepare(
    'insert into removed_projects (project_id, began_at) values (?, ?) on conflict do nothing',
  );
  const show = db.prepare(numbered(SHOW_ARRIVED));
  const reserve = reserveIds(db);
  const inserts = new Map<CopiedKind, StatementSync>(
    COPIED_KINDS.map((kind) => [kind, db.prepare(insertCopied(kind, () => '?'))]),
  );
  return {
    begin(ranges: IdRanges, now: number): Arrival {
      const projectId = open.get(now)?.['id'] as number;
      note.run(projectId, now);
      const shifts = NUMBERED_KINDS.map((kind) => [kind, reserve(kind, ranges)]);
      return { projectId, shifts: Object.fromEntries(shifts) as Shifts };
    },
    write(projectId: number, { kind, rows, secret }: ArrivingRows, now: number): number {
      // Given up meanwhile: what comes late finds no place.
      if (touch.run(now, projectId).changes === 0) return 0;
      const insert = inserts.get(kind) as StatementSync;
      let written = 0;
      for (const row of rows)
        written += Number(insert.run(...insertValues(kind, row, { projectId, secret })).changes);
      return written;
    },
    finish(projectId: number, name: string, project: CopiedProject, now: number): Project | null {
      const shown = show.get(...shownValues(projectId, name, project, now));
      if (shown === undefined) return null;
      end.run(projectId);
      return toProject(shown);
    },
    abandon(projectId: number, now: number): void {
      if (end.run(projectId).changes === 1) remove.run(projectId, now);
    },
  };
}

/** Ids that nobody else gets, for rows that keep their distance from one another; gives how far they are moved. */
function reserveIds(db: DatabaseSync): (kind: NumberedKind, ranges: IdRanges) => number {
  const last = db.prepare('select seq from sqlite_sequence where name = ?');
  const raise = db.prepare('update sqlite_sequence set seq = ? where name = ?');
  const first = db.prepare('insert into sqlite_sequence (name, seq) values (?, ?)');
  return (kind, ranges) => {
    const range = ranges[kind];
    if (range === null) return 0;
    const table = idsOf(kind);
    const used = last.get(table)?.['seq'] as number | undefined;
    const upTo = (used ?? 0) + range[1] - range[0] + 1;
    if (used === undefined) first.run(table, upTo);
    else raise.run(upTo, table);
    return (used ?? 0) + 1 - range[0];
  };
}

export function sqliteCopies(file: string, db: DatabaseSync, writes: Remote<typeof copyWrites>): CopyStore {
  const idle = db.prepare('select project_id from project_arrivals where touched_at < ?');
  return {
    read: async (projectId) => readCopy(file, projectId),
    begin: writes.begin,
    write: writes.write,
    finish: writes.finish,
    abandon: writes.abandon,
    idle: async (since) => idle.all(since).map((row) => row['project_id'] as number),
  };
}

/** On a connection of its own, which holds one moment while it is read. */
function readCopy(file: string, projectId: number): ProjectCopy {
  const db = openSqlite({
    file,
    readOnly: true,
    busyTimeoutMs: 250,
    synchronous: 'NORMAL',
    cacheMiB: 4,
  });
  db.exec('begin');
  const project = db.prepare(numbered(COPIED_PROJECT)).get(projectId) as unknown as CopiedProject;
  const ranges = toRanges(
    NUMBERED_KINDS.map((kind) => db.prepare(numbered(selectRange(kind))).get(projectId)),
  );
  return { project: { ...project }, ranges, groups: groupsOf(db, projectId) };
}

async function* groupsOf(db: DatabaseSync, projectId: number): AsyncGenerator<CopiedGroup> {
  try {
    for (const kind of COPIED_KINDS) {
      for (const rows of rowsOf(db, kind, projectId)) {
        yield { kind, rows };
        await turn();
      }
    }
  } finally {
    db.close();
  }
}

function* rowsOf(db: DatabaseSync, kind: CopiedKind, projectId: number): Generator<CopiedRow[]> {
  let rows: CopiedRow[] = [];
  for (const row of db.prepare(numbered(selectCopied(kind))).iterate(projectId)) {
    if (rows.push({ ...row } as CopiedRow) < GROUP) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
