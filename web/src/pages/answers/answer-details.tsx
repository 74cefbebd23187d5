import { useState } from 'react';
import type { Answer } from '#sdk/index.ts';
import { keptToInWords } from '../../text/filters.ts';
import { fullCount } from '../../text/counts.ts';
import { formatDuration } from '../../text/times.ts';
import { AnswerText } from '../../ui/answer-text.tsx';
import { Facts } from '../../ui/facts.tsx';
import { PassageDrawer, type ShownCitation } from '../../ui/passage-drawer.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SourceList } from '../../ui/source-list.tsx';
import classes from './answer-details.module.css';
import { AnswerState } from './answer-state.tsx';
import { Evidence } from './evidence.tsx';
import { WhatChanged } from './what-changed.tsx';

/** What an answer says, what it rests on, how it was made, and how it differs from what it said before. */
export function AnswerDetails({ answer }: { readonly answer: Answer }) {
  const [opened, setOpened] = useState<ShownCitation | null>(null);
  return (
    <div className={classes['root']}>
      <AnswerState answer={answer} />
      <AnswerText text={answer.answer} citations={answer.citations} onOpen={setOpened} />
      {answer.citations.length > 0 && (
        <section>
          <h3 className={classes['title']}>Sources</h3>
          <SourceList citations={answer.citations} onOpen={setOpened} />
        </section>
      )}
      <section>
        <h3 className={classes['title']}>In the cache</h3>
        <Facts facts={cacheFacts(answer)} />
      </section>
      <section>
        <h3 className={classes['title']}>Evidence</h3>
        <Evidence answer={answer} />
      </section>
      <section>
        <h3 className={classes['title']}>What changed</h3>
        <WhatChanged answer={answer} />
      </section>
      <PassageDrawer citation={opened} onClose={() => setOpened(null)} />
    </div>
  );
}

function cacheFacts(answer: Answer) {
  const { inputTokens, outputTokens, cost } = answer.usage;
  const isModel = inputTokens + outputTokens > 0;
  return [
    {
      name: 'Made',
      value: (
        <>
          <RelativeTime at={answer.createdAt} />, in {formatDuration(answer.tookMs)}
        </>
      ),
    },
    {
      name: Date.parse(answer.expiresAt) > Date.now() ? 'Expires' : 'Expired',
      value: <RelativeTime at={answer.expiresAt} />,
    },
    {
      name: 'Hits',
      value: (
        <>
          {fullCount(answer.hits)}
          {answer.lastHitAt !== null && (
            <>
              , the last <RelativeTime at={answer.lastHitAt} />
            </>
          )}
        </>
      ),
    },
    {
      name: 'Made by',
      value: answer.generator === '' ? 'Not noted' : answer.generator,
    },
    {
      name: 'Tokens',
      value: isModel
        ? `${fullCount(inputTokens)} in, ${fullCount(outputTokens)} out${cost === null ? '' : `, for ${Number(cost.toPrecision(2))}`}`
        : 'None: made without a model',
    },
    {
      name: 'Version',
      value: (
        <>
          {fullCount(answer.version)}
          {answer.changedAt !== null && (
            <>
              , since <RelativeTime at={answer.changedAt} />
            </>
          )}
        </>
      ),
    },
    { name: 'Made from', value: answer.filter === null ? 'all documents' : keptToInWords(answer.filter) },
    { name: 'Profile', value: <code>{answer.profile}</code> },
    { name: 'Documents at', value: `version ${fullCount(answer.corpusVersion)}` },
  ];
}
