import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, type ReactNode } from 'react';
import type { Citation } from '#sdk/index.ts';
import { useClient } from '../app/client.tsx';
import { passageQuery } from '../data/documents.ts';
import { isMissing } from '../text/problems.ts';
import { findQuote } from '../text/quotes.ts';
import { HeadingPath } from './heading-path.tsx';
import { LinkButton } from './link-button.tsx';
import classes from './passage-drawer.module.css';
import { ProblemNote } from './problem-note.tsx';
import { SideDrawer } from './side-drawer.tsx';

/** What the drawer needs of a citation; passages that were only searched for have no quote. */
export type ShownCitation = Pick<
  Citation,
  'documentId' | 'document' | 'chunkId' | 'headings' | 'page' | 'quote' | 'paragraph'
>;

export interface PassageDrawerProps {
  readonly citation: ShownCitation | null;
  readonly onClose: () => void;
}

/** The passage that a citation points to, its quote marked. */
export function PassageDrawer({ citation, onClose }: PassageDrawerProps) {
  // While it slides out, it goes on showing what it showed.
  const last = useRef(citation);
  if (citation !== null) last.current = citation;
  const shown = citation ?? last.current;
  return (
    <SideDrawer
      isOpen={citation !== null}
      onClose={onClose}
      title={shown?.document ?? ''}
      footer={
        shown !== null && (
          <LinkButton
            variant="default"
            to="/documents/$documentId"
            params={{ documentId: shown.documentId }}
            search={{ chunk: shown.chunkId, paragraph: shown.paragraph }}
          >
            Open in the document
          </LinkButton>
        )
      }
    >
      {shown !== null && <Passage citation={shown} />}
    </SideDrawer>
  );
}

function Passage({ citation }: { readonly citation: ShownCitation }) {
  const { data, error } = useQuery(passageQuery(useClient(), citation));
  if (data === null || isMissing(error)) {
    return (
      <Gone citation={citation}>
        {data === null
          ? 'This document has changed: these words are no longer in it.'
          : 'This document was deleted since the answer was made.'}
      </Gone>
    );
  }
  if (error !== null) return <ProblemNote error={error} title="The passage could not be read" />;
  return (
    <>
      <HeadingPath headings={data?.headings ?? citation.headings} page={data?.page ?? citation.page} />
      <div className={classes['text']}>
        {data === undefined ? (
          <Skeleton height={160} />
        ) : (
          <MarkedText text={data.text} quote={citation.quote} />
        )}
      </div>
    </>
  );
}

function Gone({ citation, children }: { readonly citation: ShownCitation; readonly children: ReactNode }) {
  return (
    <>
      <HeadingPath headings={citation.headings} page={citation.page} />
      <p className={classes['gone']}>{children}</p>
      {citation.quote !== '' && <blockquote className={classes['quote']}>{citation.quote}</blockquote>}
    </>
  );
}

/** Text with the quote marked wherever its white space differs too. */
function MarkedText({ text, quote }: { readonly text: string; readonly quote: string }) {
  const place = findQuote(text, quote);
  if (place === null) return text;
  return (
    <>
      {text.slice(0, place.from)}
      <mark ref={(mark) => mark?.scrollIntoView({ block: 'nearest' })}>
        {text.slice(place.from, place.to)}
      </mark>
      {text.slice(place.to)}
    </>
  );
}
