import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { DocumentDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { loadPart } from '../../live/load-part.ts';
import { countOf } from '../../text/counts.ts';
import { tell } from '../../text/problems.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { RetryIcon, TrashIcon } from '../../ui/icons.tsx';
import { DELETE_CONSEQUENCE, useDeleteDocument } from '../documents/use-delete-document.ts';

const ChangeTags = lazy(async () => ({
  default: (await loadPart(() => import('./change-tags.tsx'))).ChangeTags,
}));

/** What can be done with a document. */
export function DocumentActions({ document }: { readonly document: DocumentDetail }) {
  const [isTagging, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Tags
      </Button>
      <ReadAgainButton document={document} />
      <DeleteButton document={document} />
      <Suspense fallback={null}>{isTagging && <ChangeTags document={document} onClose={close} />}</Suspense>
    </>
  );
}

/** Makes a batch of it, and goes there. */
function ReadAgainButton({ document }: { readonly document: DocumentDetail }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => client.documents.retry(document.id),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['batches'] });
      void navigate({ to: '/queue/$batchId', params: { batchId: id } });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not read again', message: tell(error).message }),
  });
  return (
    <Button
      variant="default"
      leftSection={<RetryIcon size={16} />}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      Read again
    </Button>
  );
}

function DeleteButton({ document }: { readonly document: DocumentDetail }) {
  const remove = useDeleteDocument();
  const navigate = useNavigate();
  return (
    <ConfirmButton
      leftSection={<TrashIcon size={16} />}
      question={`Delete ${document.name}?`}
      consequence={
        document.answers === 0
          ? 'It is no longer searched. No cached answer rests on it.'
          : `${countOf(document.answers, 'answer')} rest on it. ${DELETE_CONSEQUENCE}`
      }
      verb="Delete"
      loading={remove.isPending}
      onConfirm={() => remove.mutate(document, { onSuccess: () => void navigate({ to: '/documents' }) })}
    >
      Delete
    </ConfirmButton>
  );
}
