import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { CreatedWebhook, Webhook } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { webhooksQuery } from '../../data/webhooks.ts';
import { loadPart } from '../../live/load-part.ts';
import { AccessTabs } from '../../ui/access-tabs.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PlusIcon, SystemIcon } from '../../ui/icons.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { OffNote } from './off-note.tsx';
import { WebhookRow } from './webhook-row.tsx';
import classes from './webhooks-page.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

const WebhookForm = lazy(async () => ({
  default: (await loadPart(() => import('./webhook-form.tsx'))).WebhookForm,
}));
const DeliveryLog = lazy(async () => ({
  default: (await loadPart(() => import('./delivery-log.tsx'))).DeliveryLog,
}));

/** Who is told what happens in the project. */
export function WebhooksPage() {
  const client = useClient();
  const query = useQuery(webhooksQuery(client));
  const [isMaking, setIsMaking] = useState(false);
  const [fresh, setFresh] = useState<CreatedWebhook | null>(null);
  const [looked, setLooked] = useState<Webhook | null>(null);
  const webhooks = query.data ?? [];
  const add = (
    <ForScope scope="admin">
      <Button leftSection={<PlusIcon size={16} />} onClick={() => setIsMaking(true)}>
        New webhook
      </Button>
    </ForScope>
  );
  return (
    <>
      <PageHeader
        title="Webhooks"
        lead="Addresses that are told what happens in this project, signed so that they can check who tells."
        actions={webhooks.length > 0 && add}
      />
      <AccessTabs />
      <div className={classes['stack']}>
        <OffNote webhooks={webhooks} />
        {fresh !== null && <NewSecret created={fresh} onDismiss={() => setFresh(null)} />}
        <ProblemNote
          error={query.data === undefined ? query.error : null}
          onRetry={() => void query.refetch()}
        />
        {query.data !== undefined && (
          <Panel isFlush>
            {webhooks.length === 0 ? (
              <EmptyState icon={<SystemIcon />} title="No webhooks yet" action={add}>
                When a batch ends, a document changes or something needs a person, your own programs can be
                told. What they miss is sent again for a day.
              </EmptyState>
            ) : (
              <ul className={classes['list']}>
                {webhooks.map((webhook) => (
                  <WebhookRow
                    key={webhook.id}
                    webhook={webhook}
                    onCreated={setFresh}
                    onLook={() => setLooked(webhook)}
                  />
                ))}
              </ul>
            )}
          </Panel>
        )}
      </div>
      <Suspense fallback={null}>
        {isMaking && <WebhookForm onClose={() => setIsMaking(false)} onCreated={setFresh} />}
        {looked !== null && <DeliveryLog webhook={looked} onClose={() => setLooked(null)} />}
      </Suspense>
    </>
  );
}

interface NewSecretProps {
  readonly created: CreatedWebhook;
  readonly onDismiss: () => void;
}

function NewSecret({ created, onDismiss }: NewSecretProps) {
  return (
    <ShownOnce label="The secret" secret={created.secret} onDismiss={onDismiss}>
      What comes from <b>{created.name}</b> is signed with this secret. Copy it now: it is shown this once.
    </ShownOnce>
  );
}
