import { Button, Select } from '@mantine/core';
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
  { value: '', label: 'As deep as that goes' },
  { value: '0', label: 'Only these authors' },
  { value: '1', label: 'Their co-authors too' },
  { value: '2', label: 'Two levels of co-authors' },
  { value: '3', label: 'Three levels of co-authors' },
];

const PRESETS = [
  { value: '', label: 'As the project does it' },
  { value: 'gentle', label: 'Gentle: one each 2 s, depth 1' },
  { value: 'normal', label: 'Normal: 5 at once, depth 2' },
  { value: 'eager', label: 'Eager: 10 at once, depth 3' },
];

/** A list that was chosen: how it is read and what it will come to; then its batch. */
export function ChosenList({ file }: { readonly file: File }) {
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [how, setHow] = useState({ depth: '', preset: '' });
  const settings = settingsOf(how, mapping);
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
        <Select
          aria-label="How hard"
          data={PRESETS}
          value={how.preset}
          onChange={(preset) => setHow({ ...how, preset: preset ?? '' })}
        />
        <Select
          aria-label="How far discovery goes"
          data={DEPTHS}
          value={how.depth}
          onChange={(depth) => setHow({ ...how, depth: depth ?? '' })}
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

/** What was not chosen is left to the preset, and that to the project. */
function settingsOf(
  { depth, preset }: { readonly depth: string; readonly preset: string },
  mapping: Mapping | null,
): Settings {
  return {
    ...(depth === '' ? {} : { maxDepth: Number(depth) }),
    ...(preset === '' ? {} : { preset }),
    ...(mapping === null ? {} : { mapping }),
  };
}

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
