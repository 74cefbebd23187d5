/** How people speak of the work of a workload. */
export interface Words {
  readonly thing: string;
  readonly things: string;
  readonly doing: string;
  readonly done: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  answers: { thing: 'question', things: 'questions', doing: 'warming', done: 'warmed' },
  documents: { thing: 'document', things: 'documents', doing: 'indexing', done: 'indexed' },
  catalogue: { thing: 'author', things: 'authors', doing: 'following', done: 'done' },
};

const ANY: Words = { thing: 'item', things: 'items', doing: 'working through', done: 'completed' };

export function wordsOf(workload: string): Words {
  return WORDS[workload] ?? ANY;
}

const REASONS: Readonly<Record<string, string>> = {
  already_warm: 'already warm',
  duplicate: 'repeated',
  unchanged: 'unchanged',
  already_processed: 'done before',
  same_author: 'the same author under another name',
  budget_spent: 'the budget of calls is spent',
  same_content: 'same content as another document',
  superseded: 'a later upload is there already',
};

/** Why items were skipped, in words; reasons unknown here as they are. */
export function reasonInWords(reason: string | null): string {
  return reason === null ? 'no reason given' : (REASONS[reason] ?? reason.replaceAll('_', ' '));
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
