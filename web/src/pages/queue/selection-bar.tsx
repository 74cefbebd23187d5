import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Batch, StartOperation } from '#sdk/index.ts';
import { useSteer, VERB_WORDS, verbsOf, type Verb } from '../../data/steer.ts';
import { countOf } from '../../text/counts.ts';
import { VERB_ICONS } from '../../ui/batch-menu.tsx';
import { ChosenBar } from '../../ui/chosen-bar.tsx';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import type { QueueFilter } from './queue-filter.ts';

const VERBS: readonly Verb[] = ['pause', 'resume', 'cancel', 'retry', 'delete'];

export interface SelectionBarProps {
  readonly chosen: readonly Batch[];
  /** More match the filter than are shown, and all that are shown are chosen. */
  readonly hasMore: boolean;
  readonly filter: QueueFilter;
  readonly onOperation: (operation: StartOperation) => void;
  readonly onDone: () => void;
}

/** What can be done to the chosen batches, or to all that match. */
export function SelectionBar({ chosen, hasMore, filter, onOperation, onDone }: SelectionBarProps) {
  const steer = useSteer();
  const [isAll, setIsAll] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  if (chosen.length === 0) return null;
  const actsOnAll = isAll && hasMore;
  const act = (verb: Verb) => {
    if (actsOnAll) onOperation({ on: 'batches', action: verb, filter: operationFilter(filter) });
    else for (const batch of able(chosen, verb)) steer.mutate({ verb, batch });
    setIsAll(false);
    onDone();
  };
  const shown = VERBS.filter((verb) => actsOnAll || able(chosen, verb).length > 0);
  const what = actsOnAll ? 'All that match' : `${chosen.length} selected`;
  return (
    <ChosenBar
      label="Selected batches"
      what={what}
      onDone={onDone}
      more={
        hasMore &&
        !isAll && (
          <Button size="compact-sm" variant="subtle" onClick={() => setIsAll(true)}>
            Select all that match
          </Button>
        )
      }
    >
      {shown.map((verb) => (
        <Button
          key={verb}
          size="xs"
          variant="default"
          leftSection={VERB_ICONS[verb]}
          onClick={() => (verb === 'delete' ? setIsAsking(true) : act(verb))}
        >
          {VERB_WORDS[verb]}
        </Button>
      ))}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        question={
          actsOnAll
            ? 'Delete every batch that matches?'
            : `Delete ${countOf(chosen.length, 'batch', 'batches')}?`
        }
        consequence="Their items and history will be gone. Answers and documents stay."
        verb="Delete"
        onConfirm={() => act('delete')}
      />
    </ChosenBar>
  );
}

function able(batches: readonly Batch[], verb: Verb): readonly Batch[] {
  return batches.filter((batch) => verbsOf(batch).includes(verb));
}

function operationFilter({ status, workload, text }: QueueFilter): StartOperation['filter'] {
  return {
    ...(status === undefined ? {} : { batchStatus: status }),
    ...(workload === undefined ? {} : { workload }),
    ...(text === undefined ? {} : { text }),
  };
}
