import type { Block } from '#domain/document.ts';

const BULLET = /^\s*(?:[-*•‣–]|\d{1,3}[.)])\s/;

/** Lines longer than this were not wrapped by hand: each is a paragraph of its own. */
const WRAPPED_AT = 100;

/** Blank lines part paragraphs; lines wrapped by hand are joined; a bullet begins a line of its own. */
export function readPlain(text: string): Block[] {
  return text.split(/\n\s*\n/).flatMap((part) => {
    const lines = part.split('\n');
    const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
    if (longest > WRAPPED_AT && lines.length > 1) return lines.map(paragraph);
    return [
      paragraph(
        lines.reduce((joined, line) => (BULLET.test(line) ? `${joined}\n${line}` : `${joined} ${line}`)),
      ),
    ];
  });
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}
