import { Button, Checkbox, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { WEBHOOK_EVENT_NAMES } from '#sdk/wire/webhooks.ts';
import type { CreatedWebhook, WebhookEventName } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';

export interface WebhookFormProps {
  readonly onClose: () => void;
  readonly onCreated: (created: CreatedWebhook) => void;
}

const KINDS = [
  { value: 'endpoint', label: 'Events of the project' },
  { value: 'callbacks', label: 'Callbacks of asks' },
];

/** Whom to tell, and what. */
export function WebhookForm({ onClose, onCreated }: WebhookFormProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [kind, setKind] = useState<'endpoint' | 'callbacks'>('endpoint');
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<string[]>(['batch.completed', 'alert.raised', 'alert.cleared']);
  const create = useMutation({
    mutationFn: () => {
      const named = name.trim() === '' ? {} : { name: name.trim() };
      return kind === 'callbacks'
        ? client.webhooks.create({ kind, ...named })
        : client.webhooks.create({ url: url.trim(), events: events as WebhookEventName[], ...named });
    },
    onSuccess: (created) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      onCreated(created);
      onClose();
    },
  });
  const isReady = kind === 'callbacks' || (URL.canParse(url.trim()) && events.length > 0);
  return (
    <Modal opened onClose={onClose} title="New webhook">
      <Stack gap="md">
        <SegmentedControl
          data={KINDS}
          value={kind}
          onChange={(value) => setKind(value as 'endpoint' | 'callbacks')}
        />
        <TextInput
          label="Name"
          placeholder="Chat"
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {kind === 'endpoint' && <Target url={url} onUrl={setUrl} events={events} onEvents={setEvents} />}
        <ProblemNote error={create.error} title="No webhook was made" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button disabled={!isReady} loading={create.isPending} onClick={() => create.mutate()}>
            Make the webhook
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface TargetProps {
  readonly url: string;
  readonly onUrl: (url: string) => void;
  readonly events: string[];
  readonly onEvents: (events: string[]) => void;
}

function Target({ url, onUrl, events, onEvents }: TargetProps) {
  return (
    <>
      <TextInput
        label="Address"
        description="Gets a signed POST for each event; mailto: gets a letter"
        placeholder="https://example.com/preheat"
        value={url}
        onChange={(event) => onUrl(event.currentTarget.value)}
      />
      <Checkbox.Group label="Is told of" value={events} onChange={onEvents}>
        <Stack gap={8} mt={6}>
          {WEBHOOK_EVENT_NAMES.map((event) => (
            <Checkbox key={event} value={event} label={event} />
          ))}
        </Stack>
      </Checkbox.Group>
    </>
  );
}
