import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { PreheatClient, Submitted } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { keepDraft } from '../../data/draft.ts';
import type { Settings } from './settings-form.tsx';

export interface Warming {
  readonly questions: readonly string[];
  /** In place of the questions, when there are any. */
  readonly files: readonly File[];
  readonly settings: Settings;
  /** Rows that the preview could not read, and that were seen: they are left out. */
  readonly invalid: number;
}

/** Queues the questions and goes to their batch. */
export function useWarm() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (warming: Warming) => send(client, warming),
    onSuccess: async ({ invalid: _invalid, problems: _problems, ...batch }, { files }) => {
      if (files.length === 0) keepDraft('');
      queries.setQueryData(['batch', batch.id], batch);
      void queries.invalidateQueries({ queryKey: ['batches'] });
      await navigate({ to: '/queue/$batchId', params: { batchId: batch.id } });
    },
  });
}

function send(client: PreheatClient, { questions, files, settings, invalid }: Warming): Promise<Submitted> {
  const { name, priority, paceMs, isRefresh } = settings;
  const options = {
    ...(isRefresh ? { refresh: true } : {}),
    ...(files.length > 0 && invalid > 0 ? { onInvalid: 'skip' } : {}),
  };
  const common = {
    workload: 'answers',
    priority,
    options,
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(paceMs === 0 ? {} : { paceMs }),
  };
  if (files.length === 0) return client.batches.submit({ ...common, items: [...questions], source: 'typed' });
  return client.batches.upload(
    files.map((file) => ({ name: file.name, content: file })),
    common,
  );
}
