import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CreatedKey, CreateKey, Scope } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { readRates } from '../../text/rates.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';

import { RatesInput } from './key-limits.tsx';

const SCOPES: readonly { readonly scope: Scope; readonly label: string; readonly meaning: string }[] = [
  { scope: 'ask', label: 'Ask', meaning: 'Ask questions and get answers' },
  { scope: 'read', label: 'Read', meaning: 'See batches, answers, documents and figures' },
  { scope: 'warm', label: 'Warm', meaning: 'Queue and steer batches, drop answers' },
  { scope: 'ingest', label: 'Ingest', meaning: 'Add and delete documents' },
  { scope: 'admin', label: 'Admin', meaning: 'Everything, keys too' },
];
const EVERY_PROJECT = '*';
const LIFETIMES = [
  { value: '', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];
const DAY_MS = 86_400_000;

interface Draft {
  readonly name: string;
  readonly project: string;
  readonly scopes: readonly Scope[];
  readonly addresses: string;
  readonly days: string;
  readonly rates: string;
}

export interface KeyFormProps {
  readonly onClose: () => void;
  readonly onCreated: (created: CreatedKey) => void;
}

/** What a new key is for. */
export function KeyForm({ onClose, onCreated }: KeyFormProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>({
    name: '',
    project: 'default',
    scopes: ['ask'],
    addresses: '',
    days: '',
    rates: '',
  });
  const create = useMutation({
    mutationFn: () => client.keys.create(createOf(draft)),
    onSuccess: (created) => {
      void queries.invalidateQueries({ queryKey: ['keys'] });
      onCreated(created);
      onClose();
    },
  });
  const isReady = draft.name.trim() !== '' && draft.scopes.length > 0;
  return (
    <Modal opened onClose={onClose} title="New key">
      <Stack gap="md">
        <Fields draft={draft} onChange={(changes) => setDraft({ ...draft, ...changes })} />
        <ProblemNote error={create.error} title="No key was made" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button disabled={!isReady} loading={create.isPending} onClick={() => create.mutate()}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}

function Fields({ draft, onChange }: FieldsProps) {
  const client = useClient();
  const { data: projects } = useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => client.projects.list({ signal }),
  });
  const names = projects?.items.map(({ name }) => name) ?? ['default'];
  return (
    <>
      <TextInput
        label="Name"
        description="Whose it is: an application, or a person"
        placeholder="Support assistant"
        value={draft.name}
        maxLength={100}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        data-autofocus
      />
      <Select
        label="Project"
        data={[...names, { value: EVERY_PROJECT, label: 'Every project, and the server' }]}
        value={draft.project}
        allowDeselect={false}
        onChange={(project) => onChange({ project: project ?? draft.project })}
      />
      <Checkbox.Group
        label="May"
        value={[...draft.scopes]}
        onChange={(scopes) => onChange({ scopes: scopes as Scope[] })}
      >
        <Stack gap={8} mt={6}>
          {SCOPES.map(({ scope, label, meaning }) => (
            <Checkbox key={scope} value={scope} label={label} description={meaning} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        label="Only from"
        description="Addresses and subnets with commas between them; empty: from anywhere"
        placeholder="10.0.0.0/8"
        value={draft.addresses}
        onChange={(event) => onChange({ addresses: event.currentTarget.value })}
      />
      <RatesInput value={draft.rates} onChange={(rates) => onChange({ rates })} />
      <Select
        label="Expires"
        data={LIFETIMES}
        value={draft.days}
        allowDeselect={false}
        onChange={(days) => onChange({ days: days ?? '' })}
      />
    </>
  );
}

function createOf({ name, project, scopes, addresses, days, rates }: Draft): CreateKey {
  return {
    name: name.trim(),
    project: project === EVERY_PROJECT ? null : project,
    scopes: [...scopes],
    rates: readRates(rates),
    addresses: addresses
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    expiresAt: days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
  };
}
