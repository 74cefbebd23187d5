/** An amount with what it counts: 4 years, £800. */
export interface Amount {
  readonly value: number;
  /** A currency sign, a span of time in the singular, or nothing. */
  readonly unit: string;
}

const NUMBER_WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

const AMOUNT = new RegExp(
  String.raw`([£$€])?\s?(\d[\d,]*(?:\.\d+)?|\b(?:${NUMBER_WORDS.join('|')})\b)(?:[ -](minute|hour|day|week|month|year|mile)s?\b)?`,
  'gi',
);

/** The amounts a text names that have a unit, in digits or small number words. */
export function amountsOf(text: string): Amount[] {
  return Array.from(text.matchAll(AMOUNT), ([, sign, number, span]) => ({
    value: valueOf(number ?? ''),
    unit: (sign ?? span ?? '').toLowerCase(),
  })).filter(({ unit }) => unit !== '');
}

function valueOf(number: string): number {
  const named = NUMBER_WORDS.indexOf(number.toLowerCase());
  return named === -1 ? Number(number.replaceAll(',', '')) : named;
}

const N = String.raw`[£$€]?\s?(\d[\d,]*(?:\.\d+)?)`;
const BETWEEN = new RegExp(String.raw`${N}[^\d.;]{0,14}?(?:\bto\b|\band\b|[–-])\s*${N}`, 'i');
const AT_LEAST = new RegExp(String.raw`\b(?:more than|over|above)\s+${N}`, 'i');

/**
 * Whether the sentence names a range, or the very amount, that one of the amounts falls into: 4 years into
 * "2 to 5 years", £800 into "from £500 to £2,500".
 */
export function fits(sentence: string, amounts: readonly Amount[]): boolean {
  return amounts.some(({ value, unit }) => {
    if (!new RegExp(unit.replace('$', String.raw`\$`), 'i').test(sentence)) return false;
    const between = BETWEEN.exec(sentence);
    if (between !== null) return valueOf(between[1] ?? '') <= value && value <= valueOf(between[2] ?? '');
    const least = AT_LEAST.exec(sentence);
    if (least !== null) return value > valueOf(least[1] ?? '');
    return new RegExp(String.raw`(?<![\d,.])${value}(?![\d,.]*\d)`).test(
      sentence.replaceAll(/(\d),(\d{3})/g, '$1$2'),
    );
  });
}
