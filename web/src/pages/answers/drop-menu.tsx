import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import type { PurgeQuery, Stats } from '#sdk/index.ts';
import type { AnswerFilter } from '../../data/answers.ts';
import { countOf, fullCount } from '../../text/counts.ts';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import { DownIcon } from '../../ui/icons.tsx';

export interface DropMenuProps {
  readonly filter: AnswerFilter;
  readonly stats: Stats['answers'];
  readonly onPurge: (which: PurgeQuery) => void;
}

interface Choice {
  readonly which: PurgeQuery;
  readonly label: string;
  readonly question: string;
  /** null: only the server knows. */
  readonly count: number | null;
}

/** Drops many answers at once, after a question: what is gone has to be made again. */
export function DropMenu({ filter, stats, onPurge }: DropMenuProps) {
  const [asked, setAsked] = useState<Choice | null>(null);
  const choices = choicesOf(filter, stats);
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" rightSection={<DownIcon size={14} />}>
            Drop
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {choices.map((choice) => (
            <Menu.Item
              key={choice.label}
              disabled={choice.count === 0}
              onClick={() => setAsked(choice)}
              rightSection={choice.count !== null && <span>{fullCount(choice.count)}</span>}
            >
              {choice.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        question={asked?.question ?? ''}
        consequence="Whoever asks one of these questions next waits until it is made again."
        verb="Drop"
        onConfirm={() => asked !== null && onPurge(asked.which)}
      />
    </>
  );
}

function choicesOf(filter: AnswerFilter, { total, notFound, expired }: Stats['answers']): readonly Choice[] {
  const isNarrowed = filter.text !== undefined || filter.documentId !== undefined;
  return [
    ...(isNarrowed
      ? [
          {
            which: filter,
            label: 'All that match here',
            question: 'Drop all answers that match?',
            count: null,
          },
        ]
      : []),
    {
      which: { expired: true },
      label: 'Expired',
      question: `Drop ${countOf(expired, 'expired answer')}?`,
      count: expired,
    },
    {
      which: { found: false },
      label: 'Not found',
      question: `Drop ${countOf(notFound, 'answer')} that say “not found”?`,
      count: notFound,
    },
    {
      which: { all: true },
      label: 'Every answer',
      question: `Drop all ${countOf(total, 'answer')}?`,
      count: total,
    },
  ];
}
