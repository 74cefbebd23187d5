import { Button, Group, Modal, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Batch, ScheduleDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { batchQuery } from '../../data/batches.ts';
import { scheduleQuery } from '../../data/schedules.ts';
import { titleOf } from '../../text/batches.ts';
import { countOf } from '../../text/counts.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { changesOf, createOf, draftOf, newDraft, questionsIn, type Draft } from './draft.ts';
import { ForecastNote } from './forecast-note.tsx';
import { WhenFields } from './when-fields.tsx';

export interface ScheduleFormProps {
  /** null: a new one. */
  readonly scheduleId: string | null;
  /** Takes its questions over. */
  readonly batchId?: string;
  readonly onClose: () => void;
}

/** What is warmed, and when. */
export function ScheduleForm({ scheduleId, batchId, onClose }: ScheduleFormProps) {
  const client = useClient();
  const schedule = useQuery({ ...scheduleQuery(client, scheduleId ?? ''), enabled: scheduleId !== null });
  const batch = useQuery({ ...batchQuery(client, batchId ?? ''), enabled: batchId !== undefined });
  const error = schedule.error ?? batch.error;
  const isKnown =
    (scheduleId === null || schedule.data !== undefined) &&
    (batchId === undefined || batch.data !== undefined);
  return (
    <Modal opened onClose={onClose} title={scheduleId === null ? 'New schedule' : 'Schedule'} size="lg">
      <ProblemNote error={isKnown ? null : error} />
      {isKnown && <KnownForm schedule={schedule.data ?? null} batch={batch.data ?? null} onClose={onClose} />}
    </Modal>
  );
}

interface KnownFormProps {
  readonly schedule: ScheduleDetail | null;
  readonly batch: Batch | null;
  readonly onClose: () => void;
}

function KnownForm({ schedule, batch, onClose }: KnownFormProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() =>
    schedule === null ? newDraft(batch === null ? '' : titleOf(batch)) : draftOf(schedule),
  );
  const set = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const save = useMutation({
    mutationFn: () =>
      schedule === null
        ? client.schedules.create(createOf(draft, batch?.id ?? null))
        : client.schedules.change(schedule.id, changesOf(draft)),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['schedules'] });
      queries.removeQueries({ queryKey: ['schedule', id] });
      queries.removeQueries({ queryKey: ['forecast', id] });
      onClose();
    },
  });
  const count = questionsIn(draft).length;
  const isReady = draft.name.trim() !== '' && (batch !== null || count > 0);
  const verb = batch === null ? `Schedule ${countOf(count, 'question')}` : 'Schedule its questions';
  return (
    <Stack gap="md">
      <TextInput
        label="Name"
        placeholder="Before work"
        value={draft.name}
        maxLength={200}
        onChange={(event) => set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <WhenFields draft={draft} onChange={set} />
      <Questions draft={draft} batch={batch} onChange={set} />
      <Switch
        label="Make every answer anew"
        description="Else those that are still fresh are left as they are"
        checked={draft.isRefresh}
        onChange={(event) => set({ isRefresh: event.currentTarget.checked })}
      />
      {schedule !== null && <ForecastNote scheduleId={schedule.id} />}
      <ProblemNote error={save.error} title="Not saved" />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button disabled={!isReady} loading={save.isPending} onClick={() => save.mutate()}>
          {schedule === null ? verb : 'Save'}
        </Button>
      </Group>
    </Stack>
  );
}

interface QuestionsProps {
  readonly draft: Draft;
  readonly batch: Batch | null;
  readonly onChange: (changes: Partial<Draft>) => void;
}

function Questions({ draft, batch, onChange }: QuestionsProps) {
  if (batch !== null) return <div>Takes over the questions of “{titleOf(batch)}”, each once.</div>;
  return (
    <Textarea
      label="Questions"
      description="One a line; lines that begin with # are comments"
      autosize
      minRows={5}
      maxRows={9}
      value={draft.questions}
      onChange={(event) => onChange({ questions: event.currentTarget.value })}
    />
  );
}
