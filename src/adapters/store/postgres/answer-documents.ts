import type { Statements } from '#clients/postgres.ts';
import type { FoundAgain } from '#ports/store/answers.ts';
import { documentsOf, movedColumns } from '../sql/answer-rows.ts';

export const UNLINK = 'delete from answer_documents where answer_id = any($1)';
export const LINK = `
  insert into answer_documents (document_id, answer_id) select * from unnest($1::bigint[], $2::bigint[])
  on conflict do nothing`;

/** Where its evidence and its citations stand now. What it says stays: its version does too. */
export async function moveAnswer(
  tx: Statements,
  id: number,
  moved: NonNullable<FoundAgain['moved']>,
): Promise<void> {
  const found = await tx.first('select found, text, evidence from answers where id = $1', [id]);
  const { citations, content, evidence } = movedColumns(found, moved);
  const update = 'update answers set citations = $2, content = $3, evidence = $4 where id = $1';
  await tx.run(update, [id, citations, content, evidence]);
  const documentIds = [...documentsOf(moved)];
  await tx.run(UNLINK, [[id]]);
  await tx.run(LINK, [documentIds, documentIds.map(() => id)]);
}
