import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Batch, ItemDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { reasonOf, tookOf, waitingOf } from '../../text/items.ts';
import { formatDuration } from '../../text/times.ts';
import { useNow } from '../../ui/clock.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './item-view.module.css';

/** All that is known about an item. */
export function ItemView({ item, batch }: { readonly item: ItemDetail; readonly batch: Batch }) {
  const now = useNow();
  return (
    <div className={classes['root']}>
      <div className={classes['head']}>
        <StatusBadge status={item.status} />
        <span>
          #{item.seq} of {batch.total}
        </span>
        <code>{item.id}</code>
      </div>
      <h2 className={classes['title']}>{titleOf(item)}</h2>
      {item.waiting !== null && <Note title="Why it waits">{waitingOf(item.waiting, now)}</Note>}
      {item.reason !== null && <Note title="Why it was skipped">{reasonOf(item.reason)}.</Note>}
      {item.error !== null && (
        <Note title="What went wrong" isBad>
          {item.error.message} <code>{item.error.code}</code>
        </Note>
      )}
      {batch.workload === 'answers' && item.status === 'completed' && <WarmAnswer question={titleOf(item)} />}
      <Times item={item} />
      {item.attempts.length > 0 && <Attempts item={item} />}
      <Raw title="Submitted" value={item.payload} />
      {item.result !== null && <Raw title="Result" value={item.result} />}
    </div>
  );
}

function titleOf(item: ItemDetail): string {
  const { question } = item.payload;
  return typeof question === 'string' ? question : item.description;
}

/** What the question was answered with, if the cache still has it. */
function WarmAnswer({ question }: { readonly question: string }) {
  const client = useClient();
  const text = question.slice(0, 200);
  const { data } = useQuery({
    queryKey: ['answers', 'of-question', text],
    queryFn: ({ signal }) => client.answers.list({ text, limit: 20 }, { signal }),
  });
  const answer = data?.items.find((one) => one.question === question);
  if (answer === undefined) return null;
  return (
    <Note title={answer.found ? 'Warm answer' : 'Not found in the documents'}>
      <div className={classes['answer']}>{answer.answer}</div>
      <LinkButton size="compact-sm" variant="subtle" to="/answers" search={{ text, answer: answer.id }}>
        See where it comes from
      </LinkButton>
    </Note>
  );
}

function Times({ item }: { readonly item: ItemDetail }) {
  const waited = item.startedAt === null ? null : Date.parse(item.startedAt) - Date.parse(item.createdAt);
  return (
    <dl className={classes['times']}>
      <Time label="Submitted" at={item.createdAt} />
      <Time label="Started" at={item.startedAt} />
      <Time label="Ended" at={item.endedAt} />
      <div>
        <dt>Waited</dt>
        <dd>{waited === null ? '–' : formatDuration(Math.max(0, waited))}</dd>
      </div>
      <div>
        <dt>Took</dt>
        <dd>{tookOf(item) ?? '–'}</dd>
      </div>
      {item.losses > 0 && (
        <div>
          <dt title="Times the process that ran it went away">Interrupted</dt>
          <dd>{item.losses}×</dd>
        </div>
      )}
    </dl>
  );
}

function Time({ label, at }: { readonly label: string; readonly at: string | null }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{at === null ? '–' : <RelativeTime at={at} />}</dd>
    </div>
  );
}

function Attempts({ item }: { readonly item: ItemDetail }) {
  return (
    <section>
      <h3>Attempts that failed</h3>
      <ol className={classes['attempts']}>
        {item.attempts.map((attempt) => (
          <li key={attempt.number}>
            <div className={classes['when']}>
              <b>Attempt {attempt.number}</b> <RelativeTime at={attempt.startedAt} />, took{' '}
              {formatDuration(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt))}
            </div>
            <div>{attempt.error.message}</div>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface NoteProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly isBad?: boolean;
}

function Note({ title, children, isBad = false }: NoteProps) {
  return (
    <section className={classes['note']} data-bad={isBad || undefined}>
      <h3>{title}</h3>
      <div>{children}</div>
    </section>
  );
}

function Raw({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <section>
      <h3>{title}</h3>
      <pre className={classes['raw']} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  );
}
