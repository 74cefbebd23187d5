import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useClient } from '../../app/client.tsx';
import { schedulesQuery } from '../../data/schedules.ts';
import { loadPart } from '../../live/load-part.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ClockIcon, PlusIcon } from '../../ui/icons.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ScheduleRow } from './schedule-row.tsx';
import classes from './schedules-page.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

/** A form that most visits do without. */
const ScheduleForm = lazy(async () => ({
  default: (await loadPart(() => import('./schedule-form.tsx'))).ScheduleForm,
}));

/** Saved questions that are warmed again and again. */
export function SchedulesPage() {
  const client = useClient();
  const navigate = useNavigate({ from: '/schedules' });
  const { schedule, batch } = useSearch({ from: '/schedules' });
  const query = useQuery(schedulesQuery(client));
  const show = (search: { schedule?: string }) => void navigate({ search });
  const add = (
    <ForScope scope="warm">
      <Button leftSection={<PlusIcon size={16} />} onClick={() => show({ schedule: 'new' })}>
        New schedule
      </Button>
    </ForScope>
  );
  const schedules = query.data ?? [];
  return (
    <>
      <PageHeader
        title="Schedules"
        lead="Questions that are warmed again and again, so that mornings begin with fresh answers."
        actions={schedules.length > 0 && add}
      />
      <ProblemNote
        error={query.data === undefined ? query.error : null}
        onRetry={() => void query.refetch()}
      />
      {query.data !== undefined && (
        <Panel isFlush>
          {schedules.length === 0 ? (
            <EmptyState icon={<ClockIcon />} title="Nothing is scheduled yet" action={add}>
              Save the questions that people ask each morning and the time by which their answers should be
              warm. What is still fresh when it comes is skipped.
            </EmptyState>
          ) : (
            <ul className={classes['list']}>
              {schedules.map((each) => (
                <ScheduleRow key={each.id} schedule={each} onEdit={() => show({ schedule: each.id })} />
              ))}
            </ul>
          )}
        </Panel>
      )}
      <Suspense fallback={null}>
        {schedule !== undefined && (
          <ScheduleForm scheduleId={schedule === 'new' ? null : schedule} onClose={() => show({})} />
        )}
        {schedule === undefined && batch !== undefined && (
          <ScheduleForm scheduleId={null} batchId={batch} onClose={() => show({})} />
        )}
      </Suspense>
    </>
  );
}
