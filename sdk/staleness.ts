import type { Staleness } from './wire/answers.ts';

/** In words, to be put into a sentence: why an answer is not fresh, and why it is given all the same. */
export interface StaleWords {
  readonly why: string;
  readonly because: string;
}

/** What `cache.stale` of an answer says to people. */
export function staleWords({ why, because }: Staleness): StaleWords {
  return { why: WHY[why], because: BECAUSE[because] };
}

const WHY: Readonly<Record<Staleness['why'], string>> = {
  documents: 'the documents have changed',
  expired: 'past its time',
  unchecked: 'the documents may have changed',
};

const BECAUSE: Readonly<Record<Staleness['because'], string>> = {
  remade: 'a new one is being made',
  model: 'a model is down',
  busy: 'too much is asked at once',
  budget: 'the tokens of the day are spent',
  store: 'the database cannot be reached',
};
