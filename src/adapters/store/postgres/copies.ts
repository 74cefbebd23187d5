import type { Statements } from '#clients/postgres.ts';
import { COPIED_KINDS, NUMBERED_KINDS } from '#domain/project-copy.ts';
import type {
  CopiedKind,
  CopiedProject,
  CopiedRow,
  IdRanges,
  NumberedKind,
  Shifts,
} from '#domain/project-copy.ts';
import type { CopiedGroup, CopyStore, ProjectCopy } from '#ports/store/copies.ts';
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
  SUMMED_HOURS,
  toRanges,
} from '../sql/copy-rows.ts';
import { toProject } from '../sql/project-rows.ts';
import { Session } from './session.ts';

const GROUP = 100;
/** A slow reader holds its connection for as long as it reads. */
const STATEMENT_TIMEOUT_MS = 120_000;

const OPEN = `
  insert into projects (name, created_at) values ('${ARRIVING}' || gen_random_uuid()::text, $1) returning id`;
const TOUCH = 'update project_arrivals set touched_at = $1 where project_id = $2';
const REMOVE = 'insert into removed_projects (project_id, began_at) values ($1, $2) on conflict do nothing';

export function postgresCopies(session: Session, url: string): CopyStore {
  return {
    read: (projectId) => readCopy(url, projectId),
    begin: (ranges, now) =>
      session.transaction(async (tx) => {
        const projectId = (await tx.first(OPEN, [now]))?.['id'] as number;
        await tx.run('insert into project_arrivals (project_id, touched_at) values ($1, $2)', [
          projectId,
          now,
        ]);
        const shifts: [NumberedKind, number][] = [];
        for (const kind of NUMBERED_KINDS) shifts.push([kind, await reserveIds(tx, kind, ranges)]);
        return { projectId, shifts: Object.fromEntries(shifts) as unknown as Shifts };
      }),
    write: (projectId, { kind, rows, secret }, now) =>
      session.transaction(async (tx) => {
        if ((await tx.run(TOUCH, [now, projectId])) === 0) return 0;
        const sql = insertCopied(kind, (n) => `$${n}`, kind === 'hours' ? { slot: '0' } : {});
        let written = 0;
        for (const row of rows)
          written += await tx.run(sql, insertValues(kind, row, { projectId, secret }).map(stored));
        return written;
      }),
    finish: (projectId, name, project, now) =>
      session.transaction(async (tx) => {
        // Whoever takes the name at the same moment is waited for, and then seen.
        await tx.run('lock table projects in share row exclusive mode');
        const shown = await tx.first(SHOW_ARRIVED, shownValues(projectId, name, project, now));
        if (shown === undefined) return null;
        await tx.run('delete from project_arrivals where project_id = $1', [projectId]);
        return toProject(shown);
      }),
    abandon: (projectId, now) =>
      session.transaction(async (tx) => {
        if ((await tx.run('delete from project_arrivals where project_id = $1', [projectId])) === 1)
          await tx.run(REMOVE, [projectId, now]);
      }),
    async idle(since) {
      const sql = 'select project_id from project_arrivals where touched_at < $1';
      return (await session.all(sql, [since])).map((row) => row['project_id'] as number);
    },
  };
}

/** PostgreSQL holds no NUL in a text. */
function stored(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value;
}

/** Under a lock that keeps others from taking ids meanwhile. */
async function reserveIds(tx: Statements, kind: NumberedKind, ranges: IdRanges): Promise<number> {
  const range = ranges[kind];
  if (range === null) return 0;
  const table = idsOf(kind);
  await tx.run(`lock table ${table} in exclusive mode`);
  const next = await tx.first(`select nextval(pg_get_serial_sequence('${table}', 'id')) as id`);
  const first = next?.['id'] as number;
  await tx.all(`select setval(pg_get_serial_sequence('${table}', 'id'), $1)`, [first + range[1] - range[0]]);
  return first - range[0];
}

/** On a connection of its own, which holds one moment while it is read. */
async function readCopy(url: string, projectId: number): Promise<ProjectCopy> {
  const session = new Session({
    url,
    connections: 1,
    applicationName: 'preheat copy',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const { readable, writable } = new TransformStream<CopiedGroup, CopiedGroup>();
  const writer = writable.getWriter();
  const first = Promise.withResolvers<Pick<ProjectCopy, 'project' | 'ranges'>>();
  let isRead = false;
  const reading = session.snapshot(async (tx) => {
    if (isRead) throw new Error('The connection broke while the project was read: begin again.');
    isRead = true;
    first.resolve(await headOf(tx, projectId));
    for (const kind of COPIED_KINDS)
      for await (const rows of rowsOf(tx, kind, projectId)) await writer.write({ kind, rows });
    await writer.close();
  });
  reading
    .catch(async (error: unknown) => {
      first.reject(error);
      await writer.abort(error).catch(() => undefined);
    })
    .then(() => session.close())
    .catch(() => undefined);
  return { ...(await first.promise), groups: readable };
}

async function headOf(tx: Statements, projectId: number): Promise<Pick<ProjectCopy, 'project' | 'ranges'>> {
  const project = (await tx.first(COPIED_PROJECT, [projectId])) as unknown as CopiedProject;
  const rows = [];
  for (const kind of NUMBERED_KINDS) rows.push(await tx.first(selectRange(kind), [projectId]));
  return { project: { ...project }, ranges: toRanges(rows) };
}

async function* rowsOf(tx: Statements, kind: CopiedKind, projectId: number): AsyncGenerator<CopiedRow[]> {
  const sql = kind === 'hours' ? SUMMED_HOURS : selectCopied(kind);
  await tx.run(`declare copied no scroll cursor for ${sql}`, [projectId]);
  for (;;) {
    const rows = (await tx.all(`fetch ${GROUP} from copied`)) as CopiedRow[];
    if (rows.length > 0) yield rows;
    if (rows.length < GROUP) break;
  }
  await tx.run('close copied');
}
