import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { DocumentDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { documentQuery } from '../../data/documents.ts';
import { ProblemNote } from '../../ui/problem-note.tsx';

export interface ChangeTagsProps {
  readonly document: DocumentDetail;
  readonly onClose: () => void;
}

/** The tags of a document, as one line of words. */
export function ChangeTags({ document, onClose }: ChangeTagsProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [text, setText] = useState(document.tags.join(', '));
  const change = useMutation({
    mutationFn: () => client.documents.change(document.id, { tags: tagsOf(text) }),
    onSuccess: (changed) => {
      queries.setQueryData(documentQuery(client, document.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['documents'] });
      onClose();
    },
  });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Tags">
      <form onSubmit={save}>
        <Stack gap="md">
          <TextInput
            label="Tags"
            description="Separated by commas. Searches and questions can be kept to documents that have one."
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
          <ProblemNote error={change.error} title="Not changed" />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" loading={change.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function tagsOf(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
