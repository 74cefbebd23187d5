import type { ComponentType } from 'react';
import {
  AnswersIcon,
  AskIcon,
  BookIcon,
  ClockIcon,
  DeadLetterIcon,
  DocumentIcon,
  FlameIcon,
  FolderIcon,
  GaugeIcon,
  KeyIcon,
  QueueIcon,
  SystemIcon,
} from '../ui/icons.tsx';

export interface Place {
  readonly to:
    | '/'
    | '/warm'
    | '/queue'
    | '/schedules'
    | '/ask'
    | '/answers'
    | '/documents'
    | '/catalogue'
    | '/dead-letters'
    | '/project'
    | '/keys'
    | '/system';
  readonly label: string;
  readonly icon: ComponentType;
  /** After `g`. */
  readonly letter: string;
}

/** The pages, in the groups of the navigation. */
export const PLACES: readonly (readonly Place[])[] = [
  [
    { to: '/', label: 'Overview', icon: GaugeIcon, letter: 'o' },
    { to: '/warm', label: 'Warm', icon: FlameIcon, letter: 'w' },
    { to: '/queue', label: 'Queue', icon: QueueIcon, letter: 'q' },
    { to: '/schedules', label: 'Schedules', icon: ClockIcon, letter: 'c' },
  ],
  [
    { to: '/ask', label: 'Ask', icon: AskIcon, letter: 'a' },
    { to: '/answers', label: 'Answers', icon: AnswersIcon, letter: 'n' },
    { to: '/documents', label: 'Documents', icon: DocumentIcon, letter: 'd' },
    { to: '/catalogue', label: 'Catalogue', icon: BookIcon, letter: 'b' },
  ],
  [
    { to: '/dead-letters', label: 'Dead letters', icon: DeadLetterIcon, letter: 'l' },
    { to: '/project', label: 'Project', icon: FolderIcon, letter: 'p' },
    { to: '/keys', label: 'Keys', icon: KeyIcon, letter: 'k' },
    { to: '/system', label: 'System', icon: SystemIcon, letter: 's' },
  ],
];

export const ALL_PLACES: readonly Place[] = PLACES.flat();
