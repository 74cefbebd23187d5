import type { DatabaseSync } from 'node:sqlite';
import type { Flight, NewAnswer } from '#domain/answer.ts';
import { documentsOf, RENEWED, toParameters } from '../sql/answer-rows.ts';
import { keepQuestion, noteOutcome } from './carried.ts';
import { openCase } from './cases.ts';

/**
 * Prepares the write of one answer, for callers that are inside a transaction already. The result is the id of
 * the answer that now stands under the key, or null when the flight's token was lost and nothing was written.
 *
 * An answer made at a newer corpus version is never replaced by one made at an older: a slow generation may land
 * after a faster one that began later.
 */
export function putAnswer(db: DatabaseSync): (answer: NewAnswer, flight: Flight | null) => number | null {
  const land = db.prepare('delete from flights where token = ?');
  const upsert = db.prepare(UPSERT);
  const keep = db.prepare(KEEP);
  const find = db.prepare('select id from answers where project_id = ? and key = ?');
  const unlink = db.prepare('delete from answer_documents where answer_id = ?');
  const link = db.prepare(
    'insert into answer_documents (document_id, answer_id) values (?, ?) on conflict do nothing',
  );
  const keepAsked = keepQuestion(db);
  const note = noteOutcome(db);
  const choose = openCase(db);
  return (answer, flight) => {
    if (flight !== null && land.run(flight.token).changes === 0) return null;
    const parameters = toParameters(answer);
    const { projectId, key, content, corpusVersion, createdAt } = parameters;
    keep.run({ projectId, key, content, corpusVersion, createdAt });
    const written = upsert.get(parameters);
    if (written === undefined) return find.get(answer.projectId, answer.key)?.['id'] as number;
    const id = written['id'] as number;
    unlink.run(id);
    for (const documentId of documentsOf(answer)) link.run(documentId, id);
    keepAsked(projectId, id, answer.asked);
    choose(id, answer);
    note(id, written['changed_at'] === createdAt ? 'different' : 'same');
    return id;
  };
}

/** What the answer says that is about to be replaced by another. */
const KEEP = `
  insert or replace into answer_versions (answer_id, version, found, text, citations, generator, corpus_version,
    changed_at, replaced_at)
  select id, version, found, text, citations, generator, corpus_version, changed_at, :createdAt from answers
  where project_id = :projectId and key = :key and content <> :content and corpus_version <= :corpusVersion`;

const UPSERT = `
  insert into answers (project_id, key, question, filter, found, text, citations, content, evidence, epoch, floor, input_tokens,
    output_tokens, cost_micros, profile, generator, corpus_version, created_at, expires_at, took_ms, changed_at)
  values (:projectId, :key, :question, :filter, :found, :text, :citations, :content, :evidence, :epoch, :floor, :inputTokens,
    :outputTokens, :costMicros, :profile, :generator, :corpusVersion, :createdAt, :expiresAt, :tookMs, :createdAt)
  on conflict (project_id, key) do update set
    question = excluded.question, filter = excluded.filter, found = excluded.found, text = excluded.text, citations = excluded.citations,
    content = excluded.content, evidence = excluded.evidence, epoch = excluded.epoch, floor = excluded.floor, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cost_micros = excluded.cost_micros, profile = excluded.profile, generator = excluded.generator,
    corpus_version = excluded.corpus_version, created_at = excluded.created_at,
    expires_at = excluded.expires_at, took_ms = excluded.took_ms, ${RENEWED}
  where excluded.corpus_version >= answers.corpus_version
  returning id, changed_at`;
