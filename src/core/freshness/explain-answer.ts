import type { Answer, EvidenceParagraph, FormerAnswer } from '#domain/answer.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { diffWords } from '#domain/word-diff.ts';
import type { DiffPart } from '#domain/word-diff.ts';
import type { DocumentChange, DocumentStore } from '#ports/store/documents.ts';
import type { Store } from '#ports/store/store.ts';

export interface ExplainDeps {
  readonly store: Pick<Store, 'answers' | 'documents' | 'projects'>;
}

/** Why an answer says what it says, and what became of that since. */
export interface Explanation {
  readonly answer: Answer;
  /** The project's, now. */
  readonly corpusVersion: number;
  /** Whether it was looked at since the documents last changed. */
  readonly isChecked: boolean;
  readonly restsOn: readonly Support[];
  /** What it said before, and what changed; null: it has said nothing else. */
  readonly former: (FormerAnswer & { readonly diff: readonly DiffPart[] }) | null;
  /** Changes of documents that it rests on or rested on, between its two versions; newest first. */
  readonly madeAgainFor: readonly DocumentChange[];
  /** Changes of documents that it rests on since it was last looked at; newest first. */
  readonly since: readonly DocumentChange[];
}

/** A paragraph that the answer was made from, as it is now. */
export interface Support extends EvidenceParagraph {
  /** The document's name; null: it is gone, and no citation names it. */
  readonly document: string | null;
  /** `there`: unchanged. `changed`: the document has it no more. `gone`: nor is there the document. */
  readonly state: 'there' | 'changed' | 'gone';
  /** As it stands; null: it does not. */
  readonly text: string | null;
  /** Words of it that the answer quotes. */
  readonly quotes: readonly string[];
}

const PIECE = 200;
const MOST_CHANGES = 50;

/** @throws Fault `not_found` */
export async function explainAnswer(
  { store }: ExplainDeps,
  projectId: number,
  answerId: number,
): Promise<Explanation> {
  const answer = await store.answers.find(projectId, answerId);
  if (answer === null) throw notFound('answer', showId('answer', answerId));
  const [former, corpusVersion, restsOn] = await Promise.all([
    store.answers.former(projectId, answerId),
    store.projects.corpusVersion(projectId),
    supportsOf(store.documents, projectId, answer),
  ]);
  const now = new Set(answer.evidence.paragraphs.map(({ documentId }) => documentId));
  const ever = new Set([...now, ...(former?.citations ?? []).map(({ documentId }) => documentId)]);
  const changesOf = async (documentIds: ReadonlySet<number>, after: number, upTo: number) =>
    store.documents.changed(projectId, { documentIds: [...documentIds], after, upTo, limit: MOST_CHANGES });
  return {
    answer,
    corpusVersion,
    isChecked: answer.corpusVersion === corpusVersion,
    restsOn,
    former: former === null ? null : { ...former, diff: diffWords(former.text, answer.text) },
    madeAgainFor: former === null ? [] : await changesOf(ever, former.corpusVersion, answer.corpusVersion),
    since: await changesOf(now, answer.corpusVersion, corpusVersion),
  };
}

async function supportsOf(
  documents: Pick<DocumentStore, 'find' | 'passages'>,
  projectId: number,
  answer: Answer,
): Promise<readonly Support[]> {
  const byDocument = Map.groupBy(answer.evidence.paragraphs, ({ documentId }) => documentId);
  const known = await Promise.all(
    Array.from(byDocument, async ([documentId, paragraphs]) => {
      const document = await documents.find(projectId, documentId);
      const wanted = new Set(paragraphs.map(({ hash }) => hash));
      const texts = document === null ? null : await textsOf(documents, { projectId, documentId }, wanted);
      return [documentId, { name: document?.name ?? null, texts }] as const;
    }),
  );
  const states = new Map(known);
  return answer.evidence.paragraphs.map((paragraph) => {
    const { name = null, texts = null } = states.get(paragraph.documentId) ?? {};
    const cited = answer.citations.filter(
      (citation) => citation.paragraph === paragraph.hash && citation.documentId === paragraph.documentId,
    );
    const text = texts?.get(paragraph.hash) ?? null;
    return {
      ...paragraph,
      document: name ?? cited[0]?.document ?? null,
      state: texts === null ? 'gone' : text === null ? 'changed' : 'there',
      text,
      quotes: [...new Set(cited.map(({ quote }) => quote))],
    };
  });
}

/** The wanted paragraphs of a document that it still has. */
async function textsOf(
  documents: Pick<DocumentStore, 'passages'>,
  { projectId, documentId }: { readonly projectId: number; readonly documentId: number },
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<DocumentStore['passages']['chunks']>> = await documents.passages.chunks(
      projectId,
      documentId,
      { limit: PIECE, cursor },
    );
    for (const { hash, text } of page.items.flatMap(({ paragraphs }) => paragraphs))
      if (wanted.has(hash)) texts.set(hash, text);
    cursor = page.next;
  } while (cursor !== null && texts.size < wanted.size);
  return texts;
}
