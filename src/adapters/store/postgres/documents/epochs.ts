import type { Statements } from '#clients/postgres.ts';
import { unpackTerms } from '#domain/chunk-terms.ts';
import { CorpusCounter, countChanged, isEpochDue } from '#domain/corpus-statistics.ts';
import { readTermRow } from '../../sql/term-rows.ts';
import type { TermRow } from '../../sql/term-rows.ts';
import { TERM_COLUMNS } from './terms.ts';

/** Statistics of so many epochs are kept: a process that reads the one before does not find it gone. */
const KEPT_EPOCHS = 2;
const PAGE = 2_000;

/** Chunks of the two versions, in the words of `identityOf`; a row of an older Preheat has none and always differs. */
export interface Replaced {
  readonly before: number | null;
  readonly after: number | null;
}

const IDENTITIES = `
  select version_id, coalesce(identity, '#' || id) as identity from chunks where version_id = any($1)`;

const GROW = `
  update projects set epoch_changed = epoch_changed + $2 where id = $1 returning epoch_chunks, epoch_changed`;

const VISIBLE = `
  select c.id, ${TERM_COLUMNS} from document_versions v join documents d on d.id = v.document_id
    join chunks c on c.version_id = v.id
   where v.project_id = $1 and v.status = 'published' and v.published_at_version is not null and c.id > $2
   order by c.id limit ${PAGE}`;

const NEXT = `
  update projects set epoch = epoch + 1, epoch_chunks = $2, epoch_changed = 0 where id = $1 returning epoch`;

const INSERT = `
  insert into corpus_epochs (project_id, epoch, corpus_version, chunks, average_length, frequencies, created_at)
  values ($1, $2, $3, $4, $5, $6, $7)`;

const FORGET = `
  update corpus_epochs set frequencies = '' where project_id = $1 and epoch <= $2 and length(frequencies) > 0`;

/** A change of the documents, in the transaction that made `corpusVersion` and holds the project's row. */
export interface CorpusChange {
  readonly tx: Statements;
  readonly projectId: number;
  readonly corpusVersion: number;
  readonly now: number;
}

/**
 * Notes what a change of the documents did to the corpus and begins a new epoch when one is due (whether it did): an
 * epoch depends on the order of changes and on nothing else.
 */
export async function noteChange(change: CorpusChange, { before, after }: Replaced): Promise<boolean> {
  const { tx, projectId } = change;
  const rows = await tx.all(IDENTITIES, [[before, after].filter((id) => id !== null)]);
  const of = (versionId: number | null): string[] =>
    rows.filter((row) => row['version_id'] === versionId).map((row) => row['identity'] as string);
  const counted = await tx.first(GROW, [projectId, countChanged(of(before), of(after))]);
  const isDue = isEpochDue(counted?.['epoch_chunks'] as number, counted?.['epoch_changed'] as number);
  if (isDue) await beginEpoch(change);
  return isDue;
}

/** Counts what is visible and freezes it as the next epoch. */
export async function beginEpoch({ tx, projectId, corpusVersion, now }: CorpusChange): Promise<void> {
  const counter = new CorpusCounter();
  let chunks = 0;
  let after = 0;
  let rows: Record<string, unknown>[];
  do {
    rows = await tx.all(VISIBLE, [projectId, after]);
    for (const row of rows) {
      const terms = unpackTerms(readTermRow(row as unknown as TermRow).terms);
      if (terms !== null) counter.add(terms);
    }
    chunks += rows.length;
    after = (rows.at(-1)?.['id'] as number | undefined) ?? after;
  } while (rows.length === PAGE);
  const epoch = (await tx.first(NEXT, [projectId, chunks]))?.['epoch'] as number;
  const { averageLength, frequencies } = counter.freeze(epoch, corpusVersion);
  await Promise.all([
    tx.run(INSERT, [projectId, epoch, corpusVersion, chunks, averageLength, Buffer.from(frequencies), now]),
    tx.run(FORGET, [projectId, epoch - KEPT_EPOCHS]),
  ]);
}
