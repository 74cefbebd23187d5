import { Button, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { readRates, showRates } from '../../text/rates.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';

export interface KeyLimitsProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

/** How much a key may do. */
export function KeyLimits({ apiKey, onClose }: KeyLimitsProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [rates, setRates] = useState(showRates(apiKey.rates));
  const [tokens, setTokens] = useState<string | number>(apiKey.tokensPerDay ?? '');
  const save = useMutation({
    mutationFn: () =>
      client.keys.change(apiKey.id, {
        rates: readRates(rates),
        tokensPerDay: tokens === '' ? null : Number(tokens),
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['keys'] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Limits of “${apiKey.name}”`}>
      <Stack gap="md">
        <RatesInput value={rates} onChange={setRates} />
        <NumberInput
          label="Tokens in a day"
          description="That models may take for what is asked with it; 0: as many as are wanted; empty: as the server has it"
          min={0}
          allowDecimal={false}
          thousandSeparator=" "
          value={tokens}
          onChange={setTokens}
        />
        <ProblemNote error={save.error} title="Nothing was changed" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function RatesInput({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <TextInput
      label="How often it may be used"
      description="Such as 600/minute, 20/second; off: no limit; empty: as its project has it"
      placeholder="600/minute"
      value={value}
      maxLength={300}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
