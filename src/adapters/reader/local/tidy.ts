import type { Block } from '#domain/document.ts';

/** No real paragraph is as long; a file that is one endless line becomes many, each handled in a moment. */
const MAX_PARAGRAPH = 20_000;

/** Drops blocks without text, tidies the white space of the others, and cuts those that are endless. */
export function tidyBlocks(blocks: readonly Block[]): Block[] {
  return blocks
    .flatMap((block) => cut(block.text).map((text) => ({ ...block, text })))
    .map((block) => ({
      ...block,
      text: block.kind === 'heading' ? oneLine(block.text) : tidyText(block.text),
    }))
    .filter((block) => /[\p{L}\p{N}]/u.test(block.text));
}

export function oneLine(text: string): string {
  return visible(text)
    .replace(/\s{2,}|[^\S ]/gu, ' ')
    .trim();
}

/** After the last white space before the limit; in mid-word when there is none near. */
function cut(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > MAX_PARAGRAPH) {
    const window = text.slice(from, from + MAX_PARAGRAPH);
    const space = window.slice(-2_000).search(/\s\S*$/);
    const isPairCut = /[\ud800-\udbff]$/.test(window);
    const length = space < 0 ? MAX_PARAGRAPH - Number(isPairCut) : MAX_PARAGRAPH - 2_000 + space;
    parts.push(text.slice(from, from + length));
    from += length;
  }
  return [...parts, text.slice(from)];
}

/** Line ends stay, for code and lists; runs of anything else become one space. */
function tidyText(text: string): string {
  return visible(text)
    .replace(/[^\S\n]{2,}|[^\S\n ]/gu, ' ')
    .replace(/ \n ?|\n /g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Without soft hyphens, zero-width characters and control characters, and with lone surrogates made harmless. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- removing control characters is the point
  return text.replace(/[\u00ad\u200b-\u200d\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]/g, '').toWellFormed();
}

/** A table row as a person would read it out: "Column: value; Column: value". */
export function readOut(columns: readonly string[], cells: readonly string[]): string {
  const named = cells.map((cell, index) => {
    const column = oneLine(columns[index] ?? '').replace(/:$/, '');
    const value = oneLine(cell);
    if (value === '') return '';
    return column === '' || column === value ? value : `${column}: ${value}`;
  });
  return named.filter((cell) => cell !== '').join('; ');
}
