import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Delivery, Webhook } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { deliveriesQuery } from '../../data/webhooks.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SideDrawer } from '../../ui/side-drawer.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import classes from './delivery-log.module.css';

export interface DeliveryLogProps {
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

/** What was told a webhook, and how that went. */
export function DeliveryLog({ webhook, onClose }: DeliveryLogProps) {
  const client = useClient();
  const query = useQuery(deliveriesQuery(client, webhook.id));
  return (
    <SideDrawer isOpen onClose={onClose} title={`Deliveries to “${webhook.name}”`}>
      <ProblemNote error={query.data === undefined ? query.error : null} />
      {query.data?.length === 0 && <p>Nothing was told it yet.</p>}
      <ul className={classes['list']}>
        {query.data?.map((delivery) => (
          <Row key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </SideDrawer>
  );
}

const SHOWN = {
  pending: ['Waiting', 'wait'],
  sending: ['On its way', 'heat'],
  delivered: ['Arrived', 'good'],
  failed: ['Given up', 'bad'],
} as const;

function Row({ delivery }: { readonly delivery: Delivery }) {
  const client = useClient();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => client.webhooks.retry(delivery.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  const [word, tone] = SHOWN[delivery.status];
  return (
    <li className={classes['row']}>
      <div className={classes['head']}>
        <code>{delivery.event}</code>
        <Badge tone={tone}>{word}</Badge>
        <span className={classes['time']}>
          <RelativeTime at={delivery.createdAt} />
        </span>
        {delivery.status === 'failed' && (
          <Button
            size="compact-sm"
            variant="default"
            loading={retry.isPending}
            onClick={() => retry.mutate()}
          >
            Send again
          </Button>
        )}
      </div>
      {delivery.attempts.map(({ at, status, error, tookMs }) => (
        <div key={at} className={classes['attempt']}>
          {status ?? error} after {Math.round(tookMs)} ms, <RelativeTime at={at} />
        </div>
      ))}
    </li>
  );
}
