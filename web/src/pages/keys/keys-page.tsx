import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { CreatedKey } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { useMay } from '../../data/may.ts';
import { keysQuery } from '../../data/session.ts';
import { loadPart } from '../../live/load-part.ts';
import { AccessTabs } from '../../ui/access-tabs.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { KeyIcon, PlusIcon } from '../../ui/icons.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { KeyRow } from './key-row.tsx';
import classes from './keys-page.module.css';
import { SessionPanel } from './session-panel.tsx';

/** A form that most visits do without. */
const KeyForm = lazy(async () => ({ default: (await loadPart(() => import('./key-form.tsx'))).KeyForm }));

/** Who may come in, and what for. */
export function KeysPage() {
  const client = useClient();
  const mayManage = useMay('admin');
  const query = useQuery({ ...keysQuery(client), enabled: mayManage });
  const [isMaking, setIsMaking] = useState(false);
  const [fresh, setFresh] = useState<CreatedKey | null>(null);
  const keys = query.data ?? [];
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => setIsMaking(true)}>
      New key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Keys"
        lead="What applications and people show to be let in, each for what it needs and no more."
        actions={keys.length > 0 && add}
      />
      <AccessTabs />
      <div className={classes['stack']}>
        <SessionPanel />
        {fresh !== null && <NewKey created={fresh} onDismiss={() => setFresh(null)} />}
        <ProblemNote
          error={query.data === undefined ? query.error : null}
          onRetry={() => void query.refetch()}
        />
        {query.data !== undefined && (
          <Panel isFlush>
            {keys.length === 0 ? (
              <EmptyState icon={<KeyIcon />} title="No keys yet" action={add}>
                An application that only asks gets a key that can only ask; whoever looks at this page gets
                one to look with. A key that leaks is revoked, and the others stay.
              </EmptyState>
            ) : (
              <ul className={classes['list']}>
                {keys.map((key) => (
                  <KeyRow key={key.id} apiKey={key} onCreated={setFresh} />
                ))}
              </ul>
            )}
          </Panel>
        )}
      </div>
      <Suspense fallback={null}>
        {isMaking && <KeyForm onClose={() => setIsMaking(false)} onCreated={setFresh} />}
      </Suspense>
    </>
  );
}

function NewKey({ created, onDismiss }: { readonly created: CreatedKey; readonly onDismiss: () => void }) {
  return (
    <ShownOnce label="The new key" secret={created.key} onDismiss={onDismiss}>
      This is the key <b>{created.name}</b>. Copy it now: it is shown this once, and kept nowhere.
    </ShownOnce>
  );
}
