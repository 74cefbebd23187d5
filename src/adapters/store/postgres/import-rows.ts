import type { Statements } from '#clients/postgres.ts';
import { Fault } from '#domain/fault.ts';
import { RowSum } from '../sql/moved-rows.ts';
import type { MovedTable, Row, Value } from '../sql/moved-rows.ts';
import { migrate } from './migrate.ts';
import { Session } from './session.ts';

export interface Imported {
  readonly table: string;
  readonly rows: number;
}

/** Long enough for the largest table to be read back. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

/** Columns that only this database has, with what a row that comes from elsewhere gets. */
const OWN_COLUMNS: Readonly<Record<string, readonly [column: string, value: string]>> = {
  hours: ['slot', '0'],
};

/**
 * Makes the tables, and says at once when this is no place to move to.
 *
 * @throws Fault `target_not_empty`
 */
export async function prepareImport(url: string, tables: readonly MovedTable[]): Promise<void> {
  await inSession(url, async (session) => {
    await migrate(session);
    for (const { name } of tables) await refuseUnlessEmpty(session, name);
  });
}

/**
 * Takes over everything that another store held, in one transaction: either all of it is there afterwards, read back
 * and compared, or nothing. After `prepareImport`.
 *
 * @throws Fault `target_not_empty`, `move_differs`
 */
export async function importRows(
  url: string,
  tables: readonly MovedTable[],
  onTable: (imported: Imported) => void,
): Promise<readonly Imported[]> {
  return inSession(url, (session) =>
    session.transaction(async (tx) => {
      const imported: Imported[] = [];
      for (const table of await inOrder(tx, tables)) {
        await refuseUnlessEmpty(tx, table.name);
        imported.push(await importTable(tx, table));
        onTable(imported.at(-1) as Imported);
      }
      return imported;
    }),
  );
}

async function inSession<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session({
    url,
    connections: 2,
    applicationName: 'preheat migrate',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const REFERENCES = `
  select conrelid::regclass::text as from_table, confrelid::regclass::text as to_table
    from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`;

/** What is referred to comes before what refers to it. */
async function inOrder(tx: Statements, tables: readonly MovedTable[]): Promise<readonly MovedTable[]> {
  const references = await tx.all(REFERENCES);
  const placed: MovedTable[] = [];
  const place = (table: MovedTable): void => {
    if (placed.includes(table)) return;
    for (const { from_table, to_table } of references) {
      const first = tables.find(({ name }) => name === to_table);
      if (from_table === table.name && first !== undefined && first !== table) place(first);
    }
    placed.push(table);
  };
  for (const table of tables) place(table);
  return placed;
}

async function refuseUnlessEmpty(tx: Statements, table: string): Promise<void> {
  if ((await tx.first(`select 1 as one from ${table} limit 1`)) === undefined) return;
  throw new Fault(
    'conflict',
    'target_not_empty',
    `The database holds data already (table ${table}): give an empty one. Nothing was changed.`,
  );
}

async function importTable(tx: Statements, table: MovedTable): Promise<Imported> {
  const { name, columns, lastId } = table;
  const types = await typesOf(tx, name, columns);
  const own = OWN_COLUMNS[name];
  const given = columns.map((column, i) => `$${i + 1}::${types.get(column)}[]`).join(', ');
  const insert = `
    insert into ${name} (${[...columns, ...(own === undefined ? [] : [own[0]])].join(', ')})
    select *${own === undefined ? '' : `, ${own[1]}`} from unnest(${given})`;
  const sent = new RowSum();
  for (const group of table.groups) {
    for (const row of group) sent.add(row);
    await tx.run(
      insert,
      columns.map((_, i) => group.map((row) => stored(row[i] as Value))),
    );
  }
  const found = await sumOf(tx, name, columns);
  if (!found.equals(sent)) {
    throw new Fault(
      'internal',
      'move_differs',
      `Table ${name} came out differently: ${sent.count} rows were sent, ${found.count} were found, or some changed on the way. Nothing was kept.`,
    );
  }
  // Nought where ids could have been given out and none was.
  if (lastId !== null && lastId > 0)
    await tx.all(`select setval(pg_get_serial_sequence('${name}', '${idOf(columns)}'), $1)`, [lastId]);
  else if (columns.includes('id')) await continueIds(tx, name);
  return { table: name, rows: sent.count };
}

function stored(value: Value): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** Flights alone call their ids tokens, and are left behind. */
function idOf(columns: readonly string[]): string {
  return columns.includes('id') ? 'id' : (columns[0] as string);
}

/** Ids go on where they stood, for tables whose ids the other database did not count. */
async function continueIds(tx: Statements, name: string): Promise<void> {
  await tx.all(`
    select setval(sequence, greatest(1, (select coalesce(max(id), 0) from ${name})))
      from (select pg_get_serial_sequence('${name}', 'id') as sequence) s where sequence is not null`);
}

const TYPES = `
  select column_name, data_type from information_schema.columns
   where table_schema = current_schema() and table_name = $1`;

async function typesOf(
  tx: Statements,
  name: string,
  columns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.all(TYPES, [name]);
  const types = new Map(rows.map((row) => [row['column_name'] as string, row['data_type'] as string]));
  const missing = columns.find((column) => !types.has(column));
  if (missing === undefined) return types;
  throw new Fault('internal', 'unknown_column', `PostgreSQL's table ${name} has no column ${missing}.`);
}

const READ_BACK = 2_000;

async function sumOf(tx: Statements, name: string, columns: readonly string[]): Promise<RowSum> {
  const sum = new RowSum();
  await tx.run(`declare moved_${name} no scroll cursor for select ${columns.join(', ')} from ${name}`);
  for (;;) {
    const rows = await tx.all(`fetch ${READ_BACK} from moved_${name}`);
    for (const row of rows) sum.add(columns.map((column) => row[column] as Value) as Row);
    if (rows.length < READ_BACK) break;
  }
  await tx.run(`close moved_${name}`);
  return sum;
}
