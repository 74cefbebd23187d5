import { ActionIcon, Tooltip } from '@mantine/core';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Preview } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { countOf, formatBytes, fullCount } from '../../text/counts.ts';
import { placeOf } from '../../text/problems.ts';
import { CloseIcon, DocumentIcon } from '../../ui/icons.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import classes from './file-preview.module.css';

/** How the server would read the files; nothing is queued by looking. */
export function usePreview(files: readonly File[]): UseQueryResult<Preview> {
  const client = useClient();
  return useQuery({
    queryKey: ['preview', ...files.map((file) => `${file.name} ${file.size} ${file.lastModified}`)],
    queryFn: ({ signal }) =>
      client.batches.previewFiles(
        files.map((file) => ({ name: file.name, content: file })),
        { workload: 'answers' },
        { signal },
      ),
    enabled: files.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
}

export interface FilePreviewProps {
  readonly files: readonly File[];
  readonly preview: UseQueryResult<Preview>;
  readonly onChange: (files: readonly File[]) => void;
}

export function FilePreview({ files, preview, onChange }: FilePreviewProps) {
  const { data, error, refetch } = preview;
  return (
    <div className={classes['root']}>
      <ul className={classes['files']}>
        {files.map((file, index) => (
          <li key={index}>
            <DocumentIcon />
            <span className={classes['name']}>{file.name}</span>
            <span className={classes['size']}>{formatBytes(file.size)}</span>
            <Tooltip label="Leave this file out">
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Leave ${file.name} out`}
                onClick={() => onChange(files.filter((_, at) => at !== index))}
              >
                <CloseIcon size={16} />
              </ActionIcon>
            </Tooltip>
          </li>
        ))}
      </ul>
      <ProblemNote error={error} title="The files cannot be read" onRetry={() => void refetch()} />
      {data !== undefined && error === null && <Reading preview={data} />}
    </div>
  );
}

function Reading({ preview }: { readonly preview: Preview }) {
  const { total, duplicates, invalid, problems, sample } = preview;
  return (
    <>
      <div className={classes['figures']} role="status">
        <Figure value={total - duplicates} label="questions" />
        <Figure value={duplicates} label="duplicates, skipped" />
        <Figure value={invalid} label="bad rows, left out" isBad={invalid > 0} />
      </div>
      {problems.length > 0 && (
        <div className={classes['problems']}>
          <h3>What is wrong with {countOf(invalid, 'row')}</h3>
          <ul>
            {problems.map((problem, index) => (
              <li key={index}>
                <b>{placeOf(problem)}</b> {problem.message}
              </li>
            ))}
            {invalid > problems.length && <li>and {fullCount(invalid - problems.length)} more</li>}
          </ul>
        </div>
      )}
      {sample.length > 0 && <Sample preview={preview} />}
    </>
  );
}

function Sample({ preview: { sample, total } }: { readonly preview: Preview }) {
  return (
    <div className={classes['sample']}>
      <h3>
        {total > sample.length
          ? `The first ${sample.length} of ${fullCount(total)}`
          : 'As they would be read'}
      </h3>
      <ol>
        {sample.map((row, index) => (
          <li key={index} data-duplicate={row.duplicate || undefined}>
            <span>{row.description}</span>
            {row.duplicate && <em>duplicate</em>}
          </li>
        ))}
      </ol>
    </div>
  );
}

interface FigureProps {
  readonly value: number;
  readonly label: string;
  readonly isBad?: boolean;
}

function Figure({ value, label, isBad = false }: FigureProps) {
  return (
    <div data-bad={isBad || undefined}>
      <b>{fullCount(value)}</b>
      <span>{label}</span>
    </div>
  );
}
