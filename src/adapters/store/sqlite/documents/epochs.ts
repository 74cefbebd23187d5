import type { DatabaseSync } from 'node:sqlite';
import { unpackTerms } from '#domain/chunk-terms.ts';
import { CorpusCounter, countChanged, isEpochDue } from '#domain/corpus-statistics.ts';
import type { CorpusStatistics } from '#domain/corpus-statistics.ts';
import { toStatistics } from '../../sql/history-rows.ts';
import { readTermRow } from '../../sql/term-rows.ts';
import type { TermRow } from '../../sql/term-rows.ts';
import { TERM_COLUMNS } from './terms.ts';

/** Statistics of so many epochs are kept: a process that reads the one before does not find it gone. */
const KEPT_EPOCHS = 2;

/** Chunks of the two versions, in the words of `identityOf`; a row of an older Preheat has none and always differs. */
export interface Replaced {
  readonly before: number | null;
  readonly after: number | null;
}

/**
 * Notes what a change of the documents did to the corpus and begins a new epoch when one is due; whether it did. To be called
 * inside the transaction that made `corpusVersion`: so an epoch depends on the order of changes and on nothing else.
 */
export function noteChange(
  db: DatabaseSync,
): (projectId: number, corpusVersion: number, replaced: Replaced, now: number) => boolean {
  const identities = db.prepare(
    "select coalesce(identity, '#' || id) as identity from chunks where version_id = ?",
  );
  const grow = db.prepare(`
    update projects set epoch_changed = epoch_changed + ? where id = ? returning epoch_chunks, epoch_changed`);
  const begin = beginEpoch(db);
  const of = (versionId: number | null): string[] =>
    versionId === null ? [] : identities.all(versionId).map((row) => row['identity'] as string);

  return (projectId, corpusVersion, { before, after }, now) => {
    const changed = countChanged(of(before), of(after));
    const counted = grow.get(changed, projectId) as { epoch_chunks: number; epoch_changed: number };
    if (!isEpochDue(counted.epoch_chunks, counted.epoch_changed)) return false;
    begin(projectId, corpusVersion, now);
    return true;
  };
}

/** Counts what is visible and freezes it as the next epoch. */
export function beginEpoch(
  db: DatabaseSync,
): (projectId: number, corpusVersion: number, now: number) => void {
  const visible = db.prepare(`
    select ${TERM_COLUMNS} from document_versions v join documents d on d.id = v.document_id
      join chunks c on c.version_id = v.id
    where v.project_id = ? and v.status = 'published' and v.published_at_version is not null`);
  const next = db.prepare(`
    update projects set epoch = epoch + 1, epoch_chunks = ?, epoch_changed = 0 where id = ? returning epoch`);
  const insert = db.prepare(`
    insert into corpus_epochs (project_id, epoch, corpus_version, chunks, average_length, frequencies, created_at)
    values (?, ?, ?, ?, ?, ?, ?)`);
  const forget = db.prepare(
    "update corpus_epochs set frequencies = x'' where project_id = ? and epoch <= ? and length(frequencies) > 0",
  );

  return (projectId, corpusVersion, now) => {
    const counter = new CorpusCounter();
    let chunks = 0;
    for (const row of visible.iterate(projectId)) {
      const terms = unpackTerms(readTermRow(row as unknown as TermRow).terms);
      if (terms !== null) counter.add(terms);
      chunks += 1;
    }
    const { epoch } = next.get(chunks, projectId) as { epoch: number };
    const frozen = counter.freeze(epoch, corpusVersion);
    const { averageLength, frequencies } = frozen;
    insert.run(projectId, epoch, corpusVersion, chunks, averageLength, frequencies, now);
    forget.run(projectId, epoch - KEPT_EPOCHS);
  };
}

/** The statistics of the project's epoch; null when nothing was counted yet. */
export function statisticsOf(db: DatabaseSync): (projectId: number) => CorpusStatistics | null {
  const find = db.prepare(`
    select e.* from projects p join corpus_epochs e on e.project_id = p.id and e.epoch = p.epoch where p.id = ?`);
  return (projectId) => {
    const row = find.get(projectId);
    return row === undefined ? null : toStatistics(row);
  };
}
