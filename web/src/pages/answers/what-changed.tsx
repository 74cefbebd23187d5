import { useQuery } from '@tanstack/react-query';
import type { Answer, Explanation } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { explanationQuery } from '../../data/answers.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './what-changed.module.css';

/** What became of the answer and of what it rests on: paragraphs that are there no more, and its last version. */
export function WhatChanged({ answer }: { readonly answer: Answer }) {
  const { data, error } = useQuery(explanationQuery(useClient(), answer));
  if (data === undefined) return <ProblemNote error={error} />;
  const lost = data.restsOn.filter(({ state, supports }) => supports && state !== 'there');
  if (data.former === null && lost.length === 0 && data.since.length === 0) {
    return <p className={classes['none']}>Nothing: it says what it said, and so do the documents.</p>;
  }
  return (
    <div className={classes['root']}>
      {data.since.length > 0 && <Changes title="Since it was last looked at" changes={data.since} />}
      {lost.map(({ hash, documentId, document, state, quotes }) => (
        <p key={`${documentId}:${hash}`} className={classes['lost']}>
          <q>{quotes.join(' … ')}</q>{' '}
          {state === 'gone'
            ? `stood in ${document ?? 'a document'}, which is gone.`
            : `is no longer in ${document}.`}
        </p>
      ))}
      {data.former !== null && <Former former={data.former} />}
      {data.madeAgainFor.length > 0 && <Changes title="Made again for" changes={data.madeAgainFor} />}
    </div>
  );
}

function Former({ former }: { readonly former: NonNullable<Explanation['former']> }) {
  return (
    <div>
      <p className={classes['when']}>
        It said something else until <RelativeTime at={former.replacedAt} />:
      </p>
      <p className={classes['diff']}>
        {former.diff.map(({ kind, text }, index) => {
          const key = `${index}:${kind}`;
          if (kind === 'added') return <ins key={key}>{text}</ins>;
          return kind === 'removed' ? <del key={key}>{text}</del> : <span key={key}>{text}</span>;
        })}
      </p>
    </div>
  );
}

interface ChangesProps {
  readonly title: string;
  readonly changes: Explanation['since'];
}

function Changes({ title, changes }: ChangesProps) {
  return (
    <p className={classes['when']}>
      {title}: {changes.map(({ document, kind }) => `${document} (${kind})`).join(', ')}
    </p>
  );
}
