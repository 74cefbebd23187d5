import { Button, CopyButton } from '@mantine/core';
import { useState } from 'react';
import { countOf } from '../../text/counts.ts';
import { AnswerText } from '../../ui/answer-text.tsx';
import { CheckIcon, LinkIcon, RetryIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PassageDrawer, type ShownCitation } from '../../ui/passage-drawer.tsx';
import { SourceList } from '../../ui/source-list.tsx';
import classes from './answer-view.module.css';
import { CacheSign } from './cache-sign.tsx';
import { NearestPassages } from './nearest-passages.tsx';
import type { Reply } from './use-ask.ts';

export interface AnswerViewProps {
  readonly reply: Reply;
  readonly isRefreshing: boolean;
  readonly onRefresh: () => void;
}

/** The answer, what it rests on, and what can be done with it. */
export function AnswerView({ reply, isRefreshing, onRefresh }: AnswerViewProps) {
  const [opened, setOpened] = useState<ShownCitation | null>(null);
  const { asked } = reply;
  return (
    <Panel>
      <div className={classes['root']} data-busy={isRefreshing || undefined} aria-live="polite">
        <CacheSign reply={reply} />
        {asked.found ? (
          <AnswerText text={asked.answer} citations={asked.citations} onOpen={setOpened} size="large" />
        ) : (
          <NotFound />
        )}
        <div className={classes['actions']}>
          <Button
            size="xs"
            variant="default"
            leftSection={<RetryIcon size={15} />}
            onClick={onRefresh}
            loading={isRefreshing}
          >
            Make again
          </Button>
          <CopyLink />
          {asked.id !== null && (
            <LinkButton size="xs" variant="subtle" color="gray" to="/answers" search={{ answer: asked.id }}>
              In the cache
            </LinkButton>
          )}
        </div>
        {asked.citations.length > 0 && (
          <section className={classes['sources']}>
            <h2 className={classes['title']}>{countOf(asked.citations.length, 'source')}</h2>
            <SourceList citations={asked.citations} onOpen={setOpened} />
          </section>
        )}
        {!asked.found && (
          <NearestPassages question={asked.question} filter={asked.filter} onOpen={setOpened} />
        )}
      </div>
      <PassageDrawer citation={opened} onClose={() => setOpened(null)} />
    </Panel>
  );
}

function NotFound() {
  return (
    <div className={classes['missing']}>
      <p className={classes['no']}>The documents do not answer this.</p>
      <p className={classes['why']}>
        Nothing was made up. Add a document that knows, or ask in words that stand in your documents.
      </p>
    </div>
  );
}

function CopyLink() {
  return (
    <CopyButton value={window.location.href}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          leftSection={copied ? <CheckIcon size={15} /> : <LinkIcon size={15} />}
          onClick={copy}
        >
          {copied ? 'Copied' : 'Copy link'}
        </Button>
      )}
    </CopyButton>
  );
}
