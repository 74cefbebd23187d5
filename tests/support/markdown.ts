/** A fenced block of a Markdown file, and the comment above it that says what to do with it. */
export interface Block {
  readonly file: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** `run 201` for `<!-- run 201 -->` on the line before the fence; null when there is none. */
  readonly mark: string | null;
}

export interface Link {
  readonly line: number;
  readonly target: string;
}

const FENCE = /^```(\w*)\s*$/;
const MARK = /^<!-- (.+) -->$/;
const LINK = /\]\(([^()\s]+)\)|\b(?:src|href)="([^"]+)"/g;

/** The fenced blocks of a Markdown file, in order. */
export function blocksOf(file: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; mark: string | null; lines: string[] } | null = null;
  let mark: string | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (open === null && fence !== null) {
      open = { line: index + 1, language: fence[1] ?? '', mark, lines: [] };
    } else if (open !== null && fence !== null) {
      const { lines, ...rest } = open;
      blocks.push({ file, ...rest, text: lines.join('\n') });
      open = null;
    } else if (open !== null) open.lines.push(line);
    // A blank line may stand between a mark and its block.
    if (line !== '') mark = MARK.exec(line)?.[1] ?? null;
  }
  if (open !== null) throw new Error(`${file}:${open.line}: the block is never closed`);
  return blocks;
}

/** Targets of links and pictures outside of code. */
export function linksOf(markdown: string): Link[] {
  return proseLines(markdown).flatMap((text, index) =>
    [...text.replace(/`[^`]*`/g, '').matchAll(LINK)].map((match) => ({
      line: index + 1,
      target: (match[1] ?? match[2]) as string,
    })),
  );
}

/** What stands in backticks outside of blocks. */
export function codeSpansOf(markdown: string): string[] {
  return proseLines(markdown).flatMap((text) =>
    [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
}

/** The anchors that GitHub gives the headings of a Markdown file. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = proseLines(markdown).flatMap((line) => /^#{1,6} (.+)$/.exec(line)?.[1] ?? []);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The lines with those of blocks emptied, so that numbers stay right. */
function proseLines(markdown: string): string[] {
  let isCode = false;
  return markdown.split('\n').map((line) => {
    const isFence = FENCE.test(line);
    if (isFence) isCode = !isCode;
    return isCode || isFence ? '' : line;
  });
}
