import type { ChangeSchedule, CreateSchedule, ScheduleDetail } from '#sdk/index.ts';
import { readTyped } from '../../text/questions.ts';
import { cronOf, rhythmOf, type Rhythm } from '../../text/rhythms.ts';

/** A schedule as it stands in the form. */
export interface Draft {
  readonly name: string;
  readonly rhythm: Rhythm;
  readonly timeZone: string;
  readonly questions: string;
  readonly isRefresh: boolean;
}

export function newDraft(name: string): Draft {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { name, rhythm: { kind: 'weekdays', time: '05:00' }, timeZone, questions: '', isRefresh: false };
}

export function draftOf({ name, cron, timeZone, items, options }: ScheduleDetail): Draft {
  const questions = items.map(questionOf).join('\n');
  return { name, rhythm: rhythmOf(cron), timeZone, questions, isRefresh: options['refresh'] === true };
}

export function questionsIn({ questions }: Draft): readonly string[] {
  return readTyped(questions).questions;
}

export function createOf(draft: Draft, batchId: string | null): CreateSchedule {
  return {
    ...decidedIn(draft),
    ...(batchId === null ? { items: [...questionsIn(draft)] } : { batchId }),
  };
}

export function changesOf(draft: Draft): ChangeSchedule {
  return { ...decidedIn(draft), items: [...questionsIn(draft)] };
}

function decidedIn({ name, rhythm, timeZone, isRefresh }: Draft) {
  return { name: name.trim(), cron: cronOf(rhythm), timeZone, options: isRefresh ? { refresh: true } : {} };
}

function questionOf(item: unknown): string {
  if (typeof item === 'string') return item;
  const question = (item as { question?: unknown } | null)?.question;
  return typeof question === 'string' ? question : JSON.stringify(item);
}
