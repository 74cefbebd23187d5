import { isStopWord, sentencesOf, stem, wordsOf } from '#domain/words.ts';
import { kindOf } from './question-kind.ts';
import type { QuestionKind } from './question-kind.ts';
import { amountsOf } from './ranges.ts';
import type { Amount } from './ranges.ts';
import { synonymsOf } from './synonyms.ts';

/** What a question asks for. */
export interface Question {
  readonly terms: readonly Term[];
  readonly kind: QuestionKind;
  /** Amounts the question names: "after four years", "an expense of £800". */
  readonly amounts: readonly Amount[];
}

export interface Term {
  readonly stem: string;
  readonly synonyms: ReadonlySet<string>;
  /** Below 1 for words that say little about what is asked. */
  readonly weight: number;
}

const CHATTER_WEIGHT = 0.3;

export function readQuestion(text: string): Question {
  const terms = new Map<string, Term>();
  const asking = lastQuestionOf(text);
  for (const word of plainWordsOf(text)) {
    if (isStopWord(word)) continue;
    const term = stem(word);
    const weight = CHATTER.has(term) || /^\p{N}/u.test(term) ? CHATTER_WEIGHT : 1;
    if (!terms.has(term)) terms.set(term, { stem: term, synonyms: synonymsOf(term), weight });
  }
  return { terms: [...terms.values()], kind: kindOf(asking), amounts: amountsOf(text) };
}

/** Words of questions and documents alike, with spellings made one that a hyphen tells apart. */
export function plainWordsOf(text: string): string[] {
  return wordsOf(
    text.replace(/\bwi-fi\b/gi, 'wifi').replace(/\b(pay|week|over|sick|birth)-(day|end|time)\b/gi, '$1$2'),
  );
}

/** In "I was ill on holiday. Are those days gone?" the last sentence says what kind of answer is wanted. */
function lastQuestionOf(text: string): string {
  const sentences = sentencesOf(text);
  return sentences.findLast((sentence) => sentence.includes('?')) ?? sentences.at(-1) ?? text;
}

/** Words that dress a question up, or ask for a kind of answer, more than they say what it is about. */
const CHATTER: ReadonlySet<string> = new Set(
  `actually ago allowed anybody anywhere around ask asked bad big bit bring call called chance come comes coming day days
  does earth ever everybody exactly expect fast feel find friendly full good great happen happens hello help hi hour
  hours hope idea instead keep kind know last late latest left less like little long look lot love make matter maybe
  mean money month months moment most much must name need new next nice night normal now number often ok okay old
  one ones onto ought part people person place please possible problem properly put question quick quickly quite
  rather real really reason right rule rules say see send sent set should simply soon sort start still stuck suddenly
  suppose supposed sure take takes talk tell thank thanks thing things think thinking time times today tomorrow tonight
  try trying two three four five six use used usual usually wait want way week weeks wish wonder wondering word work
  worker working works wrong year years yesterday yet company`
    .split(/\s+/)
    .map(stem),
);
