import { useQuery } from '@tanstack/react-query';
import type { Ready } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { readyQuery, statsQuery, systemQuery, workersQuery } from '../../data/system.ts';
import { useIsAway } from '../../live/live-provider.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import { useMay } from '../../data/may.ts';
import { BringInPanel } from './bring-in-panel.tsx';
import { EncryptionPanel } from './encryption-panel.tsx';
import { Holdings } from './holdings.tsx';
import { LinksPanel } from './links-panel.tsx';
import { MakePanel } from './make-panel.tsx';
import { ModelsPanel } from './models-panel.tsx';
import { PartsPanel } from './parts-panel.tsx';
import { ProjectsPanel } from './projects-panel.tsx';
import { ServicesPanel } from './services-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import classes from './system-page.module.css';
import { TurnsPanel } from './turns-panel.tsx';
import { WorkersPanel } from './workers-panel.tsx';

/** The server: whether it is well, what it is made of, and who works. */
export function SystemPage() {
  const client = useClient();
  const ready = useQuery(readyQuery(client));
  const workers = useQuery(workersQuery(client));
  const mayChange = useMay('admin');
  const { data: stats } = useQuery(statsQuery(client));
  const { data: system } = useQuery(systemQuery(client));
  const { data: projects } = useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => client.projects.list({ signal }),
  });
  return (
    <>
      <PageHeader title="System" lead="The server behind this page, and who works for it." />
      <div className={classes['stack']}>
        {ready.data === undefined ? (
          <ProblemNote error={ready.error} title="The server does not say how it is" />
        ) : (
          <Summary ready={ready.data} />
        )}
        {workers.data === undefined ? (
          <ProblemNote error={workers.error} title="Who works is not known" />
        ) : (
          <WorkersPanel workers={workers.data.items} />
        )}
        {projects !== undefined && projects.items.length > 1 && <ProjectsPanel projects={projects.items} />}
        <div className={classes['columns']}>
          <div className={classes['stack']}>
            {ready.data !== undefined && <PartsPanel ready={ready.data} />}
            {ready.data !== undefined && ready.data.models.length > 0 && (
              <ModelsPanel models={ready.data.models} />
            )}
            {mayChange && <BringInPanel />}
            <LinksPanel />
          </div>
          <div className={classes['stack']}>
            {system !== undefined && <MakePanel system={system} />}
            <ServicesPanel system={system} />
            {stats !== undefined && <Holdings stats={stats} />}
            <EncryptionPanel />
            <TurnsPanel />
          </div>
        </div>
        {system !== undefined && <SettingsPanel settings={system.settings} />}
      </div>
    </>
  );
}

function engineWords({ engine, engineTrouble }: Ready): string {
  if (engineTrouble !== null) return 'Embedded, until Redis is back';
  return engine === 'embedded' ? 'Embedded, in this process' : 'BullMQ, over Redis';
}

function Summary({ ready }: { readonly ready: Ready }) {
  const isAway = useIsAway();
  const isWell = ready.status === 'ready' && !isAway;
  const down = ready.parts.filter(({ isUp }) => !isUp).map(({ name }) => name);
  return (
    <div className={classes['summary']} data-well={isWell || undefined}>
      <div className={classes['state']}>
        {isAway ? (
          <Badge tone="wait">The server does not answer</Badge>
        ) : (
          <Badge tone={isWell ? 'good' : 'bad'}>
            {isWell ? 'Everything is up' : `Not ready: ${down.join(', ') || 'it is starting or stopping'}`}
          </Badge>
        )}
      </div>
      <dl className={classes['versions']}>
        <div>
          <dt>Engine</dt>
          <dd>{engineWords(ready)}</dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{ready.version}</dd>
        </div>
      </dl>
    </div>
  );
}
