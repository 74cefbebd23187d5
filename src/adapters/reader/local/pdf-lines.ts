/** What pdf.js tells of a run of letters; `transform[4]` and `[5]` are its place, from the bottom left. */
export interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly fontName: string;
}

/** Runs of letters on one base line. Lengths are points. */
export interface Line {
  text: string;
  readonly x: number;
  /** Height of the base line above the bottom of the page. */
  readonly y: number;
  /** Of the largest letters. */
  size: number;
  /** The font of all its letters; null when there are several. */
  font: string | null;
  /** Where its last run ends. */
  end: number;
}

/** Gathers runs into lines, in the order in which the page draws them, which is nearly always that of reading. */
export function linesOf(items: readonly TextItem[]): Line[] {
  const lines: Line[] = [];
  let line: Line | null = null;
  for (const item of items) {
    const [x = 0, y = 0] = item.transform.slice(4);
    if (item.str === '') continue;
    if (line === null || !isSameLine(line, x, y)) {
      line = { text: item.str, x, y, size: sizeOf(item), font: item.fontName, end: x + item.width };
      lines.push(line);
      continue;
    }
    line.text += (isApart(line, x) ? ' ' : '') + item.str;
    if (item.str.trim() !== '' && item.fontName !== line.font) line.font = null;
    line.size = Math.max(line.size, sizeOf(item));
    line.end = x + item.width;
  }
  return lines.filter(({ text }) => text.trim() !== '');
}

/** Small shifts are superscripts; a run far to the left is the next column, or drawn out of order. */
function isSameLine(line: Line, x: number, y: number): boolean {
  return Math.abs(line.y - y) < Math.max(2, line.size * 0.4) && x >= line.end - Math.max(2, line.size);
}

function isApart(line: Line, x: number): boolean {
  return !/\s$/.test(line.text) && x - line.end > line.size * 0.12;
}

/** White space counts for nothing: its size is often that of another font. */
function sizeOf(item: TextItem): number {
  return item.str.trim() === ''
    ? 0
    : item.height || Math.hypot(item.transform[2] ?? 0, item.transform[3] ?? 0);
}
