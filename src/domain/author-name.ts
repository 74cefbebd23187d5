/** A name as it is shown, and the text under which its spellings are the same. */
export interface AuthorName {
  readonly shown: string;
  /** Lower case, without accents and marks, initials together: `jrr tolkien`. */
  readonly key: string;
}

/** What somebody did for a book who did not write it. */
const ROLE =
  /[([]\s*(?:translat\w*|illustrat\w*|editor|ed\.?|eds\.?|narrat\w*|read(?:er| by)|foreword|introduction|intro\w*|preface|afterword|contribut\w*|adapt\w*|photograph\w*|cover\w*|compil\w*|goodreads author)[^)\]]*[)\]]/giu;

/** Not persons: what catalogues write where a name is missing. */
const NOBODY = new Set([
  'anonymous',
  'anon',
  'unknown',
  'unknown author',
  'various',
  'various authors',
  'na',
]);

const SUFFIX = /^(?:jr|sr|ii|iii|iv|phd|md|esq)\.?$/i;

const MOST_CHARACTERS = 200;

/**
 * Reads a name as lists and catalogues write it: `Tolkien, J. R. R.`, `J.R.R.  Tolkien`, `Lockridge, Ross, Jr.`.
 *
 * @returns null when it names nobody: no letters, too long to be a name, `Various`
 */
export function readAuthorName(text: string): AuthorName | null {
  if (text.length > MOST_CHARACTERS * 4) return null;
  const plain = text
    .normalize('NFC')
    .replace(ROLE, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/^[\s=+@"'’-]+|["'\s,;]+$/gu, '')
    .replace(/\s+/gu, ' ');
  const shown = spaceInitials(firstNameFirst(plain)).trim();
  const key = authorKey(shown);
  if (shown.length > MOST_CHARACTERS || !/\p{L}/u.test(key) || NOBODY.has(key)) return null;
  return { shown, key };
}

/** Whether a name carries the mark of somebody who is not an author, such as `(Translator)`. */
export function hasOtherRole(text: string): boolean {
  return ROLE_ONLY.test(text);
}

const ROLE_ONLY =
  /[([]\s*(?:translat|illustrat|editor|ed\.|eds\.|narrat|read(?:er| by)|foreword|introduc|preface|afterword|adapt|photograph|cover|compil|designer|artist)/iu;

/** The text under which spellings of a name are the same: accents, case, marks and the spacing of initials gone. */
export function authorKey(name: string): string {
  const words = plainLetters(name)
    .replace(/['’ʼ`]/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .split(' ');
  const joined: string[] = [];
  let initials = '';
  for (const word of words) {
    if (isInitial(word)) initials += word;
    else {
      if (initials !== '') joined.push(initials);
      initials = '';
      joined.push(word);
    }
  }
  if (initials !== '') joined.push(initials);
  return joined.join(' ');
}

/**
 * Whether two keys may be the same person, spelled differently: initials for given names (`jrr tolkien`, `john ronald
 * reuel tolkien`), or a long surname with a letter or two changed (`fyodor dostoevsky`, `fyodor dostoyevsky`).
 */
export function mayBeSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [partsOf(a), partsOf(b)];
  if (one.given.length === 0 || other.given.length === 0) return false;
  if (one.surname === other.surname) return areInitialsOf(one.given, other.given);
  return one.given.join(' ') === other.given.join(' ') && isSpelledAlike(one.surname, other.surname);
}

/** Lower case, compatibility forms unified, accents gone. */
export function plainLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/đ/g, 'd')
    .replace(/ß/g, 'ss')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe');
}

function firstNameFirst(name: string): string {
  const parts = name.split(',').map((part) => part.trim());
  const suffixes = parts.filter((part) => SUFFIX.test(part));
  const [last = '', first, ...others] = parts.filter((part) => part !== '' && !SUFFIX.test(part));
  // Two commas that are no suffix: a list of people, of whom the first is the author.
  if (first === undefined) return [last, ...suffixes].join(' ');
  if (others.length > 0) return last;
  // "Jr., Ross Lockridge" is how one exporter writes it; the name is in order then.
  return [first, last, ...suffixes].join(' ');
}

/** `J.R.R. Tolkien` and `J. R. R. Tolkien` are shown alike. */
function spaceInitials(name: string): string {
  return name.replace(/(?<=\p{Lu}\.)(?=\p{L})/gu, ' ');
}

function isInitial(word: string): boolean {
  return /^\p{L}$/u.test(word);
}

function partsOf(key: string): { given: string[]; surname: string } {
  const words = key.split(' ').filter((word) => !SUFFIX.test(word));
  return { given: words.slice(0, -1), surname: words.at(-1) ?? '' };
}

/** Whether one writes as initials what the other writes in full. */
function areInitialsOf(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = lettersOf(a).length <= lettersOf(b).length ? [a, b] : [b, a];
  const initials = lettersOf(short);
  const full = long.map((word) => word[0] as string).join('');
  if (initials === full) return long.some((word) => word.length > 1);
  // Fewer initials than names, or more: then they must not be a short name themselves.
  if (short.length !== 1 || initials.length > 3 || /[aeiou]/.test(initials.slice(1))) return false;
  return full.startsWith(initials) || (full.length > 1 && initials.startsWith(full));
}

function lettersOf(words: readonly string[]): string {
  return words.join('');
}

function isSpelledAlike(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < 7 || a[0] !== b[0]) return false;
  return consonantsOf(a) === consonantsOf(b);
}

/** What stays of a word when it is spelled by ear: no vowels, no doubled letters. */
export function consonantsOf(word: string): string {
  const folded = word
    .replace(/ph/g, 'f')
    .replace(/ck/g, 'k')
    .replace(/(.)\1+/gu, '$1');
  return (
    (folded[0] ?? '') +
    folded
      .slice(1)
      .replace(/[aeiouyhw]/g, '')
      .replace(/z/g, 's')
  );
}
