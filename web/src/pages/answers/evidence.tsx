import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Answer } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { documentQuery } from '../../data/documents.ts';
import { countOf } from '../../text/counts.ts';
import classes from './evidence.module.css';

/** The documents whose paragraphs the answer was made from. When one of these changes, the answer is looked at again. */
export function Evidence({ answer }: { readonly answer: Answer }) {
  const documents = byDocument(answer);
  if (documents.length === 0) {
    return <p className={classes['none']}>Nothing in the documents came near the question.</p>;
  }
  return (
    <ul className={classes['list']}>
      {documents.map((document) => (
        <Row key={document.documentId} {...document} />
      ))}
    </ul>
  );
}

interface UsedDocument {
  readonly documentId: string;
  readonly paragraphs: number;
  readonly supporting: number;
}

function Row({ documentId, paragraphs, supporting }: UsedDocument) {
  const { data, error } = useQuery({ ...documentQuery(useClient(), documentId), staleTime: 60_000 });
  return (
    <li className={classes['row']}>
      {error === null ? (
        <Link to="/documents/$documentId" params={{ documentId }} className={classes['name']}>
          {data?.name ?? documentId}
        </Link>
      ) : (
        <span>a document that is gone</span>
      )}
      <span className={classes['counts']}>
        {countOf(paragraphs, 'paragraph')}
        {supporting > 0 && `, ${supporting} quoted`}
      </span>
    </li>
  );
}

function byDocument(answer: Answer): readonly UsedDocument[] {
  const found = new Map<string, { paragraphs: number; supporting: number }>();
  for (const { documentId, supports } of answer.evidence.paragraphs) {
    const counts = found.get(documentId) ?? { paragraphs: 0, supporting: 0 };
    counts.paragraphs += 1;
    if (supports) counts.supporting += 1;
    found.set(documentId, counts);
  }
  return [...found]
    .map(([documentId, counts]) => ({ documentId, ...counts }))
    .sort((a, b) => b.supporting - a.supporting || b.paragraphs - a.paragraphs);
}
