import { ActionIcon, Menu, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Schedule } from '#sdk/index.ts';
import { useMay } from '../../data/may.ts';
import { useScheduleActions } from '../../data/schedules.ts';
import { countOf } from '../../text/counts.ts';
import { tellRhythm } from '../../text/rhythms.ts';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import { FlameIcon, MoreIcon, PencilIcon, TrashIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './schedule-row.module.css';

export interface ScheduleRowProps {
  readonly schedule: Schedule;
  readonly onEdit: () => void;
}

export function ScheduleRow({ schedule, onEdit }: ScheduleRowProps) {
  const { toggle } = useScheduleActions(schedule);
  const mayChange = useMay('warm');
  const isOn = toggle.isPending ? !schedule.isOn : schedule.isOn;
  return (
    <li className={classes['root']} data-off={!isOn || undefined}>
      <Switch
        aria-label={`${schedule.name}: on`}
        checked={isOn}
        disabled={!mayChange}
        onChange={() => toggle.mutate()}
        className={classes['switch']}
      />
      <div className={classes['words']}>
        <button type="button" className={classes['name']} disabled={!mayChange} onClick={onEdit}>
          {schedule.name}
        </button>
        <div className={classes['meta']}>
          <span>{countOf(schedule.itemCount, 'question')}</span>
          <span>{tellRhythm(schedule.cron)}</span>
          <span>{schedule.timeZone}</span>
          {schedule.options['refresh'] === true && <span>Every answer anew</span>}
        </div>
      </div>
      <div className={classes['next']}>
        {schedule.nextAt === null ? (
          'Off'
        ) : (
          <>
            Next <RelativeTime at={schedule.nextAt} />
          </>
        )}
      </div>
      <LastRun schedule={schedule} />
      {mayChange && <RowMenu schedule={schedule} onEdit={onEdit} />}
    </li>
  );
}

function LastRun({ schedule: { lastRun } }: { readonly schedule: Schedule }) {
  if (lastRun === null) return <div className={classes['last']}>Has not run yet</div>;
  const { batchId, error, startedAt } = lastRun;
  return (
    <div className={classes['last']} data-failed={error !== null || undefined}>
      {batchId === null ? (
        <span title={error ?? ''}>
          Left out <RelativeTime at={startedAt} />: {error}
        </span>
      ) : (
        <Link to="/queue/$batchId" params={{ batchId }}>
          Ran <RelativeTime at={startedAt} />
        </Link>
      )}
    </div>
  );
}

function RowMenu({ schedule, onEdit }: ScheduleRowProps) {
  const { run, remove } = useScheduleActions(schedule);
  const navigate = useNavigate();
  const [isAsking, { open, close }] = useDisclosure(false);
  const runNow = () =>
    run.mutate(undefined, {
      onSuccess: ({ id }) => void navigate({ to: '/queue/$batchId', params: { batchId: id } }),
    });
  return (
    <>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${schedule.name}`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<FlameIcon size={16} />} onClick={runNow}>
            Run now
          </Menu.Item>
          <Menu.Item leftSection={<PencilIcon size={16} />} onClick={onEdit}>
            Change
          </Menu.Item>
          <Menu.Item leftSection={<TrashIcon size={16} />} color="red" onClick={open}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        question={`Delete “${schedule.name}”?`}
        consequence={`Its ${countOf(schedule.itemCount, 'question')} will not be warmed by themselves any more. Batches and answers stay.`}
        verb="Delete"
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
