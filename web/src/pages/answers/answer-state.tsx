import { useQuery } from '@tanstack/react-query';
import type { Answer } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { statsQuery } from '../../data/system.ts';
import { useNow } from '../../ui/clock.ts';
import { Badge } from '../../ui/status-badge.tsx';

/** Whether an answer can still be given as it is. */
export function AnswerState({
  answer,
}: {
  readonly answer: Pick<Answer, 'found' | 'expiresAt' | 'corpusVersion'>;
}) {
  const now = useNow();
  const { data: stats } = useQuery(statsQuery(useClient()));
  if (Date.parse(answer.expiresAt) <= now) {
    return (
      <Badge tone="idle" isHollow>
        Expired
      </Badge>
    );
  }
  if (stats !== undefined && answer.corpusVersion < stats.documents.corpusVersion) {
    return (
      <span title="The documents changed since it was last looked at: it is looked at again before it is given.">
        <Badge tone={answer.found ? 'heat' : 'wait'} isHollow>
          To be checked
        </Badge>
      </span>
    );
  }
  return answer.found ? <Badge tone="heat">Warm</Badge> : <Badge tone="wait">Not found</Badge>;
}
