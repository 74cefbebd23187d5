import { Button } from '@mantine/core';
import type { Answer } from '#sdk/index.ts';
import { ChosenBar } from '../../ui/chosen-bar.tsx';
import { FlameIcon, TrashIcon } from '../../ui/icons.tsx';
import { useDropAnswers, useWarmAgain } from './use-answer-actions.tsx';

export interface SelectedAnswersProps {
  readonly chosen: readonly Answer[];
  readonly onDone: () => void;
}

/** What can be done with the selected answers. */
export function SelectedAnswers({ chosen, onDone }: SelectedAnswersProps) {
  const warmAgain = useWarmAgain();
  const drop = useDropAnswers();
  if (chosen.length === 0) return null;
  return (
    <ChosenBar label="Selected answers" what={`${chosen.length} selected`} onDone={onDone}>
      <Button
        size="xs"
        leftSection={<FlameIcon size={15} />}
        loading={warmAgain.isPending}
        onClick={() =>
          warmAgain.mutate(
            chosen.map(({ question }) => question),
            { onSuccess: onDone },
          )
        }
      >
        Warm again
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<TrashIcon size={15} />}
        loading={drop.isPending}
        onClick={() => drop.mutate(chosen, { onSuccess: onDone })}
      >
        Drop
      </Button>
    </ChosenBar>
  );
}
