import { Button, Group, Modal, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Batch } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { putBatch } from '../../data/batches.ts';
import { countOf } from '../../text/counts.ts';
import { readTyped } from '../../text/questions.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';

export interface AddItemsProps {
  readonly batch: Batch;
  readonly onClose: () => void;
}

/** More questions for a batch that has not ended. */
export function AddItems({ batch, onClose }: AddItemsProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const typed = useMemo(() => readTyped(text), [text]);
  const add = useMutation({
    mutationFn: () => client.batches.add(batch.id, { items: [...typed.questions] }),
    onSuccess: ({ batch: changed, added, duplicates }) => {
      putBatch(queries, changed);
      void queries.invalidateQueries({ queryKey: ['items', batch.id] });
      const also = duplicates > 0 ? `, ${countOf(duplicates, 'duplicate')} among them` : '';
      notifications.show({ message: `Added ${countOf(added, 'question')}${also}.` });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Add questions to this batch" size="lg">
      <Textarea
        aria-label="Questions, one a line"
        placeholder="One question a line"
        autosize
        minRows={8}
        maxRows={18}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <ProblemNote error={add.error} title="Nothing was added" />
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button disabled={typed.questions.length === 0} loading={add.isPending} onClick={() => add.mutate()}>
          Add {countOf(typed.counts.question, 'question')}
        </Button>
      </Group>
    </Modal>
  );
}
