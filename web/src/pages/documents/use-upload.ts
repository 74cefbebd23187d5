import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { InputProblem, UploadFile } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { loadHandbook } from '../../data/sample-handbook.ts';
import { countOf } from '../../text/counts.ts';

/** The server takes no more in one upload. */
export const MOST_FILES = 50;

/** An upload of this visit, with the files that the server did not take. */
export interface Upload {
  readonly batchId: string;
  readonly problems: readonly InputProblem[];
}

export interface Uploading {
  readonly uploads: readonly Upload[];
  readonly isSending: boolean;
  /** Files of the upload under way. */
  readonly sending: number;
  readonly error: unknown;
  readonly send: (files: readonly File[]) => void;
  readonly sendHandbook: () => void;
}

/** Sends files; each upload becomes a batch that is watched from then on. */
export function useUpload(): Uploading {
  const client = useClient();
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const upload = useMutation({
    mutationFn: async ({
      files,
      name,
    }: {
      readonly files: readonly UploadFile[] | null;
      readonly name?: string;
    }) => {
      const sent = files ?? (await loadHandbook());
      if (sent.length > MOST_FILES) {
        throw new Error(
          `These are ${countOf(sent.length, 'file')}: at most ${MOST_FILES} go at a time. Drop them in parts.`,
        );
      }
      return client.documents.upload(sent, name === undefined ? {} : { name });
    },
    onSuccess: ({ problems, invalid: _invalid, ...batch }) => {
      queries.setQueryData(['batch', batch.id], batch);
      setUploads((before) => [{ batchId: batch.id, problems }, ...before]);
      void queries.invalidateQueries({ queryKey: ['batches'] });
    },
  });
  return {
    uploads,
    isSending: upload.isPending,
    sending: upload.variables?.files?.length ?? 0,
    error: upload.error,
    send: (files) => upload.mutate({ files: files.map((file) => ({ name: file.name, content: file })) }),
    sendHandbook: () => upload.mutate({ files: null, name: 'Sample handbook' }),
  };
}
