import { Button, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Batch, ChangeBatch as Changes } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { putBatch } from '../../data/batches.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';

interface Draft {
  readonly name: string;
  readonly priority: string | number;
  readonly paceSeconds: string | number;
  /** Empty: no limit of its own. */
  readonly concurrency: string | number;
}

export interface ChangeBatchProps {
  readonly batch: Batch;
  readonly onClose: () => void;
}

/** What may be changed about a batch while it runs; takes effect at once. */
export function ChangeBatch({ batch, onClose }: ChangeBatchProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(batch));
  const change = useMutation({
    mutationFn: () => client.batches.change(batch.id, changesOf(draft)),
    onSuccess: (changed) => {
      putBatch(queries, changed);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Name, priority, pace">
      <Stack gap="md">
        <Fields draft={draft} onChange={setDraft} />
        <ProblemNote error={change.error} title="Not changed" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button loading={change.isPending} onClick={() => change.mutate()}>
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

function Fields({ draft, onChange }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        value={draft.name}
        maxLength={200}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        data-autofocus
      />
      <NumberInput
        label="Priority"
        description="−10 to 10, higher goes first"
        min={-10}
        max={10}
        allowDecimal={false}
        value={draft.priority}
        onChange={(priority) => onChange({ ...draft, priority })}
      />
      <NumberInput
        label="Pause between starts"
        description="Seconds; 0 goes as fast as it can"
        min={0}
        max={3_600}
        value={draft.paceSeconds}
        onChange={(paceSeconds) => onChange({ ...draft, paceSeconds })}
      />
      <NumberInput
        label="At once"
        description="Most items at the same time; empty: no limit of its own"
        min={1}
        max={1_000}
        allowDecimal={false}
        value={draft.concurrency}
        onChange={(concurrency) => onChange({ ...draft, concurrency })}
      />
    </>
  );
}

function draftOf(batch: Batch): Draft {
  return {
    name: batch.name ?? '',
    priority: batch.priority,
    paceSeconds: batch.paceMs / 1_000,
    concurrency: batch.concurrency ?? '',
  };
}

function changesOf({ name, priority, paceSeconds, concurrency }: Draft): Changes {
  return {
    name: name.trim() === '' ? null : name.trim(),
    priority: Number(priority),
    paceMs: Math.round(Number(paceSeconds) * 1_000),
    concurrency: concurrency === '' ? null : Number(concurrency),
  };
}
