import { Button } from '@mantine/core';
import type { MissGroup } from '#sdk/index.ts';
import { coldWordings, type MissFilter } from '../../data/misses.ts';
import { countOf } from '../../text/counts.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { FlameIcon } from '../../ui/icons.tsx';
import { useForgetMisses, useWarmMisses } from './use-miss-actions.ts';

export interface MissActionsProps {
  readonly misses: readonly MissGroup[];
  readonly chosen: readonly MissGroup[];
  readonly filter: MissFilter;
  /** More match than are shown. */
  readonly hasMore: boolean;
}

/** Warms what is chosen, or everything that the filter shows. */
export function MissActions({ misses, chosen, filter, hasMore }: MissActionsProps) {
  const warm = useWarmMisses();
  const forget = useForgetMisses();
  const isAll = chosen.length === 0;
  const count = countOf(coldWordings(isAll ? misses : chosen).length, 'question');
  return (
    <>
      <ConfirmButton
        question="Forget every miss?"
        consequence="The list begins anew, in every state. Answers stay as they are."
        verb="Forget"
        onConfirm={() => forget.mutate('all')}
      >
        Forget all
      </ConfirmButton>
      <Button
        leftSection={<FlameIcon size={16} />}
        loading={warm.isPending}
        onClick={() => warm.mutate(isAll ? filter : chosen)}
      >
        {isAll && hasMore ? 'Warm all of these' : `Warm ${isAll ? 'these ' : ''}${count}`}
      </Button>
    </>
  );
}
