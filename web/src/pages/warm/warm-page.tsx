import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { useClient } from '../../app/client.tsx';
import { keepDraft, readDraft } from '../../data/draft.ts';
import { SAMPLE_QUESTIONS } from '../../data/sample-handbook.ts';
import { statsQuery } from '../../data/system.ts';
import { readTyped } from '../../text/questions.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { FileDrop } from './file-drop.tsx';
import { FilePreview, usePreview } from './file-preview.tsx';
import { NO_SETTINGS, SettingsForm } from './settings-form.tsx';
import { SampleNote } from '../../ui/sample-note.tsx';
import { SubmitBar } from './submit-bar.tsx';
import { TypedFoot } from './typed-foot.tsx';
import { TypedQuestionsField } from './typed-questions.tsx';
import { useWarm } from './use-warm.ts';
import classes from './warm-page.module.css';

/** Questions in, by keyboard or as files; then straight to their batch. */
export function WarmPage() {
  const client = useClient();
  const [text, setText] = useState(readDraft);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [settings, setSettings] = useState(NO_SETTINGS);
  const typed = useMemo(() => readTyped(text), [text]);
  const shown = useDeferredValue(typed);
  const preview = usePreview(files);
  const warm = useWarm();
  const { data: stats } = useQuery(statsQuery(client));
  const isFiles = files.length > 0;
  const count = isFiles
    ? (preview.data?.total ?? 0) - (preview.data?.duplicates ?? 0)
    : typed.counts.question;
  const type = (next: string) => {
    setText(next);
    keepDraft(next);
  };
  const submit = () => {
    if (count > 0)
      warm.mutate({ questions: typed.questions, files, settings, invalid: preview.data?.invalid ?? 0 });
  };
  return (
    <>
      <PageHeader
        title="Warm"
        lead="Questions that people will ask: answered now, so that nobody has to wait later."
      />
      {stats?.documents.total === 0 && <SampleNote />}
      <div className={classes['columns']}>
        <Panel isFlush>
          {isFiles ? (
            <FilePreview files={files} preview={preview} onChange={setFiles} />
          ) : (
            <>
              <TypedQuestionsField value={text} typed={shown} onChange={type} onSubmit={submit} />
              <TypedFoot typed={shown} onSample={() => type(SAMPLE_QUESTIONS)} onClear={() => type('')} />
            </>
          )}
          <FileDrop isMore={isFiles} onDrop={(added) => setFiles([...files, ...added])} />
        </Panel>
        <div className={classes['side']}>
          <Panel title="How">
            <SettingsForm value={settings} onChange={setSettings} />
          </Panel>
          <ProblemNote error={warm.error} title="Nothing was queued" />
          <SubmitBar count={count} isBusy={warm.isPending || preview.isFetching} onSubmit={submit} />
        </div>
      </div>
    </>
  );
}
