import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { AuditEntry } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { auditQuery } from '../../data/audit.ts';
import { offerFile } from '../../data/download.ts';
import { AccessTabs } from '../../ui/access-tabs.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { DownloadIcon, SearchIcon } from '../../ui/icons.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import classes from './audit-page.module.css';

/** Who changed what, to which thing, from where. */
export function AuditPage() {
  const client = useClient();
  const navigate = useNavigate({ from: '/keys/audit' });
  const { text } = useSearch({ from: '/keys/audit' });
  const query = useInfiniteQuery({ ...auditQuery(client, text), placeholderData: keepPreviousData });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Who changed what, to which thing, from where. Entries are added and never changed."
        actions={
          entries.length > 0 && (
            <Button variant="default" leftSection={<DownloadIcon size={16} />} onClick={() => save(entries)}>
              Save what is shown
            </Button>
          )
        }
      />
      <AccessTabs />
      <div className={classes['search']}>
        <SearchBox
          label="Search the audit"
          value={text ?? ''}
          onChange={(next) => void navigate({ search: next === '' ? {} : { text: next }, replace: true })}
        />
      </div>
      <ProblemNote
        error={query.data === undefined ? query.error : null}
        onRetry={() => void query.refetch()}
      />
      {query.data !== undefined && <Entries entries={entries} isFiltered={text !== undefined} />}
      {query.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          fullWidth
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </>
  );
}

interface EntriesProps {
  readonly entries: readonly AuditEntry[];
  readonly isFiltered: boolean;
}

function Entries({ entries, isFiltered }: EntriesProps) {
  return (
    <Panel isFlush>
      {entries.length === 0 ? (
        <EmptyState icon={<SearchIcon />} title={isFiltered ? 'Nothing matches' : 'Nothing was changed yet'}>
          {isFiltered ? 'Try a part of a name, an id or an address.' : 'Each change from now on is here.'}
        </EmptyState>
      ) : (
        <ul className={classes['list']}>
          {entries.map((entry) => (
            <Row key={`${entry.requestId} ${entry.action}`} entry={entry} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function save(entries: readonly AuditEntry[]): void {
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
  offerFile('audit.jsonl', new Blob(lines, { type: 'application/x-ndjson' }));
}

function Row({ entry }: { readonly entry: AuditEntry }) {
  return (
    <li className={classes['row']}>
      <span className={classes['time']}>
        <RelativeTime at={entry.at} />
      </span>
      <span className={classes['actor']}>{entry.actor}</span>
      <span className={classes['what']}>
        <code>{entry.action}</code>
        {entry.thing !== null && <span className={classes['thing']}>{entry.thing}</span>}
      </span>
      <span className={classes['where']}>
        {entry.project ?? 'The server'}
        {entry.address !== null && `, from ${entry.address}`}
      </span>
    </li>
  );
}
