import { useLocalStorage } from '@mantine/hooks';

const MOST_KEPT = 30;

export interface RecentQuestion {
  readonly question: string;
  readonly at: string;
  readonly found: boolean;
}

export interface RecentQuestions {
  readonly list: readonly RecentQuestion[];
  readonly add: (asked: RecentQuestion) => void;
  readonly forget: (question: string) => void;
  readonly clear: () => void;
}

/** What was asked in this browser, newest first. It stays in this browser. */
export function useRecentQuestions(): RecentQuestions {
  const [list, setList] = useLocalStorage<readonly RecentQuestion[]>({
    key: 'preheat-recent-questions',
    defaultValue: [],
    deserialize: readList,
    getInitialValueInEffect: false,
  });
  const without = (old: readonly RecentQuestion[], question: string) =>
    old.filter((one) => one.question !== question);
  return {
    list,
    add: (asked) => setList((old) => [asked, ...without(old, asked.question)].slice(0, MOST_KEPT)),
    forget: (question) => setList((old) => without(old, question)),
    clear: () => setList([]),
  };
}

/** Whatever a browser kept may be of another version, or broken. */
function readList(text: string | undefined): readonly RecentQuestion[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isRecent) : [];
  } catch {
    return [];
  }
}

function isRecent(kept: unknown): kept is RecentQuestion {
  if (typeof kept !== 'object' || kept === null) return false;
  const { question, at, found } = kept as Partial<RecentQuestion>;
  return typeof question === 'string' && typeof at === 'string' && typeof found === 'boolean';
}
