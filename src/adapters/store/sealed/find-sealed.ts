import type { Answer } from '#domain/answer.ts';
import type { Item } from '#domain/item.ts';
import type { MissGroup } from '#domain/miss.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import { ABOUT } from './about.ts';
import { OBJECT, WORDS } from './forms.ts';
import { holds, searchOpened, searchOpenedAtOnce } from './search.ts';

/** The lists of a store that can be searched for words. */
export type Lists = { readonly [E in Searched]: Pick<Store[E], 'list'> };
/** The same where the rows are at hand: on a store's own thread. */
export type ListsAtHand = { readonly [E in Searched]: { readonly list: AtHand<Store[E]['list']> } };

type Searched = 'items' | 'answers' | 'misses';
type AtHand<Verb> = Verb extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never;

/**
 * Lists that find words in what is sealed, window by window, between which others have their turn. They open it to look
 * alone: what they give is as it is kept.
 */
export function findSealed({ items, answers, misses }: Lists, sealer: Sealer): Lists {
  return {
    items: { list: finding(items.list, itemHas(sealer)) },
    answers: { list: finding(answers.list, answerHas(sealer)) },
    misses: { list: finding(misses.list, missHas(sealer)) },
  };
}

export function findSealedAtHand({ items, answers, misses }: ListsAtHand, sealer: Sealer): ListsAtHand {
  return {
    items: { list: findingAtHand(items.list, itemHas(sealer)) },
    answers: { list: findingAtHand(answers.list, answerHas(sealer)) },
    misses: { list: findingAtHand(misses.list, missHas(sealer)) },
  };
}

interface Filter {
  readonly text?: string;
}

type Has<T> = (projectId: number, row: T, text: string) => boolean;

function finding<F extends Filter, T, P extends PageRequest>(
  list: (projectId: number, filter: F, page: P) => Promise<Page<T>>,
  has: Has<T>,
): (projectId: number, filter: F, page: P) => Promise<Page<T>> {
  return (projectId, filter, page) => {
    const { text } = filter;
    if (text === undefined) return list(projectId, filter, page);
    const rest = wordless(filter);
    return searchOpened(
      (window) => list(projectId, rest, { ...page, ...window }),
      (row) => has(projectId, row, text),
      page,
    );
  };
}

function findingAtHand<F extends Filter, T, P extends PageRequest>(
  list: (projectId: number, filter: F, page: P) => Page<T>,
  has: Has<T>,
): (projectId: number, filter: F, page: P) => Page<T> {
  return (projectId, filter, page) => {
    const { text } = filter;
    if (text === undefined) return list(projectId, filter, page);
    const rest = wordless(filter);
    return searchOpenedAtOnce(
      (window) => list(projectId, rest, { ...page, ...window }),
      (row) => has(projectId, row, text),
      page,
    );
  };
}

function wordless<F extends Filter>(filter: F): F {
  const { text: _, ...rest } = filter;
  return rest as F;
}

function itemHas(sealer: Sealer): Has<Item> {
  return (projectId, { payload, error }, text) =>
    holds(JSON.stringify(OBJECT.open(sealer, payload, ABOUT.payload(projectId))), text) ||
    holds(error?.message ?? '', text);
}

function answerHas(sealer: Sealer): Has<Answer> {
  return (projectId, { question }, text) =>
    holds(WORDS.open(sealer, question, ABOUT.question(projectId)), text);
}

function missHas(sealer: Sealer): Has<MissGroup> {
  return (projectId, { wordings }, text) =>
    wordings.some(({ question }) => holds(WORDS.open(sealer, question, ABOUT.question(projectId)), text));
}
