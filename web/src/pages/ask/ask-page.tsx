import { Button, Skeleton } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { filterSearch, readFilter, type ShownFilter, wireFilter } from '../../data/passage-filter.ts';
import { AnswerText } from '../../ui/answer-text.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { AnswerView } from './answer-view.tsx';
import classes from './ask-page.module.css';
import { AskStart } from './ask-start.tsx';
import { QuestionBox } from './question-box.tsx';
import { QuestionList } from './question-list.tsx';
import { useRecentQuestions, type RecentQuestions } from './recent-questions.ts';
import { useAsk } from './use-ask.ts';

/** One question, its answer, and the words it rests on. The question is in the address, so it can be shared. */
export function AskPage() {
  const { q: question = '', tag, document } = useSearch({ from: '/ask' });
  const filter = readFilter({ tag, document });
  const navigate = useNavigate({ from: '/ask' });
  const { reply, writing, error, isAsking, isRefreshing, again, refresh } = useAsk(
    question,
    wireFilter(filter),
  );
  const recent = useRecentQuestions();
  const remember = useEffectEvent((found: boolean) => {
    recent.add({ question, at: new Date().toISOString(), found });
  });
  useEffect(() => {
    if (reply !== undefined) remember(reply.asked.found);
  }, [reply]);
  const ask = (text: string) => {
    if (text === question) again();
    else void navigate({ search: { q: text, ...filterSearch(filter) } });
  };
  const keepTo = (next: ShownFilter) =>
    void navigate({
      search: { ...(question !== '' && { q: question }), ...filterSearch(next) },
      replace: true,
    });
  return (
    <>
      <PageHeader
        title="Ask"
        windowTitle={question === '' ? 'Ask' : question}
        lead="Answers from your documents, each with the words that it rests on."
      />
      <div className={classes['columns']}>
        <div className={classes['main']}>
          <QuestionBox question={question} isBusy={isAsking} onAsk={ask} />
          <FilterBar filter={filter} onChange={keepTo} />
          <ProblemNote error={error} title="There is no answer" onRetry={again} />
          {question === '' && <AskStart />}
          {question !== '' && reply === undefined && error === null && <Awaited writing={writing} />}
          {reply !== undefined && (
            <AnswerView reply={reply} isRefreshing={isRefreshing} onRefresh={refresh} />
          )}
        </div>
        <Recent recent={recent} />
      </div>
    </>
  );
}

/** The words that are there already; before the first of them, where they will stand. */
function Awaited({ writing }: { readonly writing: string }) {
  if (writing !== '') {
    return (
      <Panel>
        <div className={classes['awaited']} role="status" aria-label="The answer is being written">
          <AnswerText text={writing} citations={[]} onOpen={() => undefined} size="large" />
        </div>
      </Panel>
    );
  }
  return (
    <Panel>
      <div className={classes['awaited']} role="status" aria-label="The answer is being made">
        <Skeleton height={12} width="34%" />
        <Skeleton height={16} mt={10} />
        <Skeleton height={16} width="94%" />
        <Skeleton height={16} width="71%" />
      </div>
    </Panel>
  );
}

function Recent({ recent }: { readonly recent: RecentQuestions }) {
  return (
    <aside className={classes['aside']}>
      <div className={classes['aside-head']}>
        <h2 className={classes['aside-title']}>Asked in this browser</h2>
        {recent.list.length > 0 && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={recent.clear}>
            Clear
          </Button>
        )}
      </div>
      {recent.list.length === 0 ? (
        <p className={classes['none']}>Questions that you ask are kept here, for you alone.</p>
      ) : (
        <QuestionList questions={recent.list} onForget={recent.forget} />
      )}
    </aside>
  );
}
