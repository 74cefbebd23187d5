import { Fragment } from 'react';
import type { Citation } from '#sdk/index.ts';
import classes from './answer-text.module.css';

export interface AnswerTextProps {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly onOpen: (citation: Citation) => void;
  readonly size?: 'normal' | 'large';
}

/** The words of an answer; each `[n]` in them becomes a button that opens its source. */
export function AnswerText({ text, citations, onOpen, size = 'normal' }: AnswerTextProps) {
  // With a group in the pattern, every second part is a number.
  const parts = text.split(/\s*\[(\d{1,3})\]/);
  return (
    <p className={classes['root']} data-size={size}>
      {parts.map((part, index) => {
        if (index % 2 === 0) return <Fragment key={index}>{part}</Fragment>;
        const citation = citations.find(({ number }) => number === Number(part));
        if (citation === undefined) return <Fragment key={index}> [{part}]</Fragment>;
        return <CitationMark key={index} citation={citation} onOpen={onOpen} />;
      })}
    </p>
  );
}

interface CitationMarkProps {
  readonly citation: Citation;
  readonly onOpen: (citation: Citation) => void;
}

function CitationMark({ citation, onOpen }: CitationMarkProps) {
  return (
    <button
      type="button"
      className={classes['mark']}
      onClick={() => onOpen(citation)}
      aria-label={`Source ${citation.number}: ${citation.document}`}
      title={citation.document}
    >
      {citation.number}
    </button>
  );
}
