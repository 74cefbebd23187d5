import { Button, SegmentedControl, Select } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ListPreview } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { countOf } from '../../text/counts.ts';
import { FlameIcon } from '../../ui/icons.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ListReading } from './list-reading.tsx';
import { MappingForm } from './mapping-form.tsx';
import type { Mapping } from './mapping-form.tsx';
import classes from './warm-list.module.css';

const DEPTHS = [
  { value: '0', label: 'Only these' },
  { value: '1', label: 'Co-authors' },
  { value: '2', label: 'And theirs' },
  { value: '3', label: 'Three levels' },
];

const PRESETS = [
  { value: '', label: 'As the project does it' },
  { value: 'gentle', label: 'Gentle: one each two seconds' },
  { value: 'normal', label: 'Normal: five at once' },
  { value: 'eager', label: 'Eager: ten at once' },
];

/** A list that was chosen: how it is read and what it will come to; then its batch. */
export function ChosenList({ file }: { readonly file: File }) {
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [how, setHow] = useState({ depth: '2', preset: '' });
  const settings = {
    maxDepth: Number(how.depth),
    ...(how.preset === '' ? {} : { preset: how.preset }),
    ...(mapping === null ? {} : { mapping }),
  };
  const { data, error, isFetching } = usePreview(file, settings);
  const warm = useWarm(file, settings);
  const preview = error === null ? data : undefined;
  const isReady = preview !== undefined && !preview.needsMapping && preview.authors > 0;
  return (
    <div className={classes['below']}>
      <ProblemNote error={error} title="The list cannot be read" />
      {preview !== undefined && (preview.needsMapping || mapping !== null) && (
        <MappingForm preview={preview} value={mapping} onChange={setMapping} />
      )}
      {preview !== undefined && <ListReading preview={preview} />}
      <div className={classes['how']}>
        <SegmentedControl
          aria-label="How far discovery goes"
          data={DEPTHS}
          value={how.depth}
          onChange={(depth) => setHow({ ...how, depth })}
        />
        <Select
          aria-label="How hard"
          data={PRESETS}
          value={how.preset}
          onChange={(preset) => setHow({ ...how, preset: preset ?? '' })}
        />
        <Button
          leftSection={<FlameIcon />}
          disabled={!isReady}
          loading={warm.isPending || isFetching}
          onClick={() => warm.mutate()}
        >
          {preview === undefined ? 'Warm' : `Warm ${countOf(preview.authors, 'author')}`}
        </Button>
      </div>
      <ProblemNote error={warm.error} title="Nothing was queued" />
    </div>
  );
}

type Settings = Readonly<Record<string, unknown>>;

function usePreview(file: File, settings: Settings) {
  const client = useClient();
  return useQuery<ListPreview>({
    queryKey: ['list-preview', file.name, file.size, file.lastModified, settings],
    queryFn: ({ signal }) => client.catalogue.preview(listOf(file), { options: settings }, { signal }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Queues the list and goes to its batch. */
function useWarm(file: File, settings: Settings) {
  const client = useClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => client.catalogue.warm(listOf(file), { options: settings }),
    onSuccess: ({ id }) => navigate({ to: '/queue/$batchId', params: { batchId: id } }),
  });
}

function listOf(file: File): { name: string; content: File } {
  return { name: file.name, content: file };
}
