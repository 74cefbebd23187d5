/** Values that are other ones each time: only their type is compared. */
const VOLATILE = /At$|^(?:tookMs|ageSeconds|requestId|version)$/;

/**
 * How a response differs from what a document shows of it; empty when it does not. The document may leave out fields
 * and the ends of lists; `…` in a text stands for the rest of it.
 */
export function differences(shown: unknown, real: unknown, path = ''): string[] {
  const isVolatile = VOLATILE.test(path.slice(path.lastIndexOf('.') + 1));
  if (isVolatile && typeof shown === typeof real) return [];
  if (isTree(shown) && isTree(real)) return differencesInside(shown, real, path);
  const isSame =
    typeof shown === 'string' && typeof real === 'string' ? isShownAs(shown, real) : Object.is(shown, real);
  return isSame ? [] : [`${path}: shown ${JSON.stringify(shown)}, was ${JSON.stringify(real)}`];
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null;
}

function differencesInside(shown: Tree, real: Tree, path: string): string[] {
  if (Array.isArray(shown) !== Array.isArray(real)) return [`${path}: a list on one side only`];
  const isShownEmpty = Array.isArray(shown) && shown.length === 0;
  if (isShownEmpty && Object.keys(real).length > 0)
    return [`${path}: shown empty, was ${JSON.stringify(real)}`];
  return Object.entries(shown).flatMap(([name, value]) =>
    name in real ? differences(value, real[name], `${path}.${name}`) : [`${path}.${name}: is not there`],
  );
}

/** Lines that a document shows of a text and that do not come in it, in that order. */
export function missingLines(shown: string, real: string): string[] {
  const lines = real.split(/\r?\n/);
  let from = 0;
  return shown.split('\n').filter((line) => {
    const found = lines.findIndex((candidate, index) => index >= from && isShownLine(line, candidate));
    if (found >= 0) from = found + 1;
    return found < 0;
  });
}

function isShownLine(shown: string, real: string): boolean {
  if (shown.startsWith('id: ')) return /^id: \d+$/.test(real);
  if (!shown.startsWith('data: ') || !real.startsWith('data: ')) return isShownAs(shown, real);
  const data = JSON.parse(shown.slice(6).replace(',…}', '}')) as unknown;
  return differences(data, JSON.parse(real.slice(6))).length === 0;
}

function isShownAs(shown: string, real: string): boolean {
  return shown.endsWith('…') ? real.startsWith(shown.slice(0, -1)) : real === shown;
}
