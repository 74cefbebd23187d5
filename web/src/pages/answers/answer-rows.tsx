import type { ReactNode } from 'react';
import type { Answer } from '#sdk/index.ts';
import { EndlessList } from '../../ui/endless-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AnswerRow } from './answer-row.tsx';
import classes from './answer-rows.module.css';

export interface AnswerRowsProps {
  readonly answers: readonly Answer[];
  readonly onOpen: (answerId: string) => void;
  readonly onEnd?: (() => void) | undefined;
  readonly head?: ReactNode;
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (answerId: string, isSelected: boolean) => void;
}

/** Cached answers, any number of them. */
export function AnswerRows({ answers, onOpen, onEnd, head, selected, onSelect }: AnswerRowsProps) {
  return (
    <Panel isFlush>
      {head !== undefined && <div className={classes['head']}>{head}</div>}
      <EndlessList items={answers} keyOf={({ id }) => id} estimate={69} label="Cached answers" onEnd={onEnd}>
        {(answer) => (
          <AnswerRow
            answer={answer}
            onOpen={onOpen}
            {...(onSelect === undefined ? {} : { onSelect, isSelected: selected?.has(answer.id) ?? false })}
          />
        )}
      </EndlessList>
    </Panel>
  );
}
