/**
 * The ISBN-13 that a cell means: `="0141026162"`, `=978…`, `[2070291340]`, `978-0-14-102616-2`. An ISBN-10 is turned
 * into its ISBN-13.
 *
 * @returns null when there is none, or its check digit is wrong
 */
export function readIsbn(cell: string): string | null {
  if (cell.length > 60) return null;
  const digits = cell.replace(/[^0-9Xx]/g, '').toUpperCase();
  if (/^97[89]\d{10}$/.test(digits)) return isSum13(digits) ? digits : null;
  if (/^\d{9}[\dX]$/.test(digits)) return isSum10(digits) ? to13(digits) : null;
  return null;
}

/** Every ISBN of a cell that may hold several, `a, b`. */
export function readIsbns(cell: string): string[] {
  const found = cell
    .slice(0, 2_000)
    .split(/[,;|\s]+/)
    .map(readIsbn);
  const whole = readIsbn(cell);
  return [...new Set([...found, whole].filter((isbn) => isbn !== null))];
}

function isSum13(digits: string): boolean {
  return checkDigit13(digits.slice(0, 12)) === digits[12];
}

function isSum10(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < 10; i += 1) {
    const digit = digits[i] === 'X' ? 10 : Number(digits[i]);
    sum += digit * (10 - i);
  }
  return sum % 11 === 0;
}

function to13(isbn10: string): string {
  const body = `978${isbn10.slice(0, 9)}`;
  return body + checkDigit13(body);
}

function checkDigit13(body: string): string {
  let sum = 0;
  for (let i = 0; i < 12; i += 1) sum += Number(body[i]) * (i % 2 === 0 ? 1 : 3);
  return String((10 - (sum % 10)) % 10);
}
