import { wordsOf } from './words.ts';

/**
 * Whether two questions that look alike may mean the same. Vectors know what a question is about, and hardly what it
 * asks: "on" and "off", plant 3 and plant 4, when and who come out as near as paraphrases do. So what tells such apart
 * is compared by itself.
 */
export function mayMeanTheSame(a: string, b: string): boolean {
  const [one, other] = [readMeaning(a), readMeaning(b)];
  return (
    isSame(one.numbers, other.numbers) &&
    one.isNegated === other.isNegated &&
    (one.asksFor === null || other.asksFor === null || one.asksFor === other.asksFor) &&
    !areOpposed(one.words, other.words) &&
    !haveOtherNames(one, other)
  );
}

interface Meaning {
  readonly words: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
  /** Words with a capital inside the question, lower case. */
  readonly names: ReadonlySet<string>;
  readonly isNegated: boolean;
  /** What it asks for; null: it does not say, as "which" and "is there". */
  readonly asksFor: string | null;
}

function readMeaning(question: string): Meaning {
  const words = wordsOf(question);
  return {
    words: new Set(words),
    numbers: new Set(words.filter((word) => /\p{N}/u.test(word))),
    names: namesOf(question),
    isNegated: words.some((word) => NEGATIONS.has(word) || word.endsWith("n't")),
    asksFor: ASKED.find(([pattern]) => pattern.test(words.join(' ')))?.[1] ?? null,
  };
}

/** In a question all in capitals none is a name. */
function namesOf(question: string): ReadonlySet<string> {
  if (!/\p{Ll}/u.test(question)) return new Set();
  const inside = question.trim().replace(/^\S+/u, '');
  return new Set((inside.match(/(?<![\p{L}\p{N}'’])\p{Lu}[\p{L}\p{N}]+/gu) ?? []).flatMap(wordsOf));
}

const NEGATIONS = new Set('not no never without none nobody nothing except cannot'.split(' '));

const ASKED: readonly (readonly [RegExp, string])[] = [
  [/^(?:\w+ )?who(?:m|se)?\b/u, 'who'],
  [/^(?:\w+ )?when\b/u, 'when'],
  [/^(?:\w+ )?where\b/u, 'where'],
  [/^(?:\w+ )?why\b/u, 'why'],
  [/^(?:\w+ )?how (?:much|many)\b/u, 'how many'],
  [/^(?:\w+ )?how (?:long|often)\b/u, 'how long'],
];

const OPPOSITES =
  `on off, enable disable, start stop, start end, open close, open closed, before after, add remove, add delete,
  increase decrease, raise lower, minimum maximum, min max, first last, buy sell, hire fire, in out, up down, import export,
  install uninstall, lock unlock, allowed forbidden, allow forbid, paid unpaid, inside outside, arrive leave, join leave,
  upload download, accept reject, approve reject, internal external, new old, earliest latest, more less, most least, high low,
  with without, subscribe unsubscribe, login logout, black white, left right, connect disconnect, activate deactivate`
    .split(',')
    .map((pair) => pair.trim().split(/\s+/) as [string, string]);

function areOpposed(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const isSplit = (one: string, other: string): boolean =>
    a.has(one) && !a.has(other) && b.has(other) && !b.has(one);
  return OPPOSITES.some(([one, other]) => isSplit(one, other) || isSplit(other, one));
}

/** Each names something that the other does not. */
function haveOtherNames(a: Meaning, b: Meaning): boolean {
  const isForeign = (names: ReadonlySet<string>, words: ReadonlySet<string>): boolean =>
    [...names].some((name) => !words.has(name));
  return isForeign(a.names, b.words) && isForeign(b.names, a.words);
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}
