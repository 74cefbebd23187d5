import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProjectDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { useMay } from '../../data/may.ts';
import { projectQuery } from '../../data/project.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { AlertFields } from './alert-fields.tsx';
import { CatalogueFields } from './catalogue-fields.tsx';
import { changesOf, draftOf, type Draft } from './draft.ts';
import { EmbedderFields } from './embedder-fields.tsx';
import { FreshnessFields } from './freshness-fields.tsx';
import { GeneratorFields } from './generator-fields.tsx';
import { CopyPanel } from './copy-panel.tsx';
import { CapFields } from './cap-fields.tsx';
import { LimitFields } from './limit-fields.tsx';
import { LimitsPanel } from './limits-panel.tsx';
import classes from './project-page.module.css';
import { PromptFields } from './prompt-fields.tsx';

/** What makes this project's answers: the generator, what it is told, and what to do without it. */
export function ProjectPage() {
  const { data, error } = useQuery(projectQuery(useClient()));
  // Kept here: what was saved begins a new form.
  const [isSaved, setIsSaved] = useState(false);
  return (
    <>
      <PageHeader
        title="Project"
        lead="What makes the answers of this project, and how often it may be called. Other models and prompts make other answers; those that are warm stay for the way back."
      />
      <ProblemNote error={data === undefined ? error : null} title="The settings could not be read" />
      {data !== undefined && (
        <Form
          key={JSON.stringify(data.settings)}
          project={data}
          isSaved={isSaved}
          onSaved={() => setIsSaved(true)}
        />
      )}
    </>
  );
}

interface FormProps {
  readonly project: ProjectDetail;
  readonly isSaved: boolean;
  readonly onSaved: () => void;
}

function Form({ project, isSaved, onSaved }: FormProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(project));
  const save = useMutation({
    mutationFn: () => client.projects.change(project.name, changesOf(draft, project)),
    onSuccess: (changed) => {
      onSaved();
      queries.setQueryData(projectQuery(client).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['ask'] });
    },
  });
  const mayChange = useMay('admin');
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(project));
  return (
    <form
      className={classes['stack']}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <GeneratorFields draft={draft} effective={project.effective} onChange={setDraft} />
      <EmbedderFields draft={draft} effective={project.effective} onChange={setDraft} />
      <PromptFields draft={draft} builtIn={project.effective.productPrompt} onChange={setDraft} />
      <FreshnessFields draft={draft} effective={project.effective} onChange={setDraft} />
      <CatalogueFields draft={draft} onChange={setDraft} />
      <LimitFields draft={draft} effective={project.effective} onChange={setDraft} />
      <CapFields draft={draft} effective={project.effective} onChange={setDraft} />
      <AlertFields draft={draft} effective={project.effective} onChange={setDraft} />
      {mayChange && <LimitsPanel />}
      {mayChange && <CopyPanel name={project.name} />}
      <ProblemNote error={save.error} title="Nothing was changed" />
      <div className={classes['actions']}>
        <Button type="submit" loading={save.isPending} disabled={!isChanged || !mayChange}>
          Save
        </Button>
        {isChanged && (
          <Button variant="default" onClick={() => setDraft(draftOf(project))}>
            Put back
          </Button>
        )}
        {!mayChange && <span className={classes['saved']}>Only an admin may change these</span>}
        {isSaved && !isChanged && <span className={classes['saved']}>Saved</span>}
      </div>
    </form>
  );
}
