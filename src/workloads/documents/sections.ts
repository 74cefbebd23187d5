import type { Block } from '#domain/document.ts';

/** The paragraphs between two headings. */
export interface Section {
  readonly headings: readonly string[];
  readonly paragraphs: readonly { readonly text: string; readonly page: number | null }[];
}

/** What is longer than this and marked as a heading is a paragraph in large letters. */
const MAX_HEADING_LENGTH = 300;

/**
 * Cuts a document at its headings. A heading that neither has text nor stands above a deeper one becomes a
 * paragraph, so that nothing of the document is lost.
 */
export function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  let path: { level: number; text: string }[] = [];
  let section = open(path);
  blocks.forEach((block, index) => {
    const page = block.page ?? null;
    if (!isHeading(block)) return void section.paragraphs.push({ text: block.text, page });
    const level = block.level ?? 1;
    sections.push(section);
    path = [...path.filter((above) => above.level < level), { level, text: block.text }];
    section = open(path);
    if (isChildless(blocks[index + 1], level)) section.paragraphs.push({ text: block.text, page });
  });
  return [...sections, section].filter(({ paragraphs }) => paragraphs.length > 0);
}

function open(path: readonly { text: string }[]): {
  headings: string[];
  paragraphs: { text: string; page: number | null }[];
} {
  return { headings: path.map(({ text }) => text), paragraphs: [] };
}

function isHeading(block: Block): boolean {
  return block.kind === 'heading' && block.text.length <= MAX_HEADING_LENGTH;
}

function isChildless(next: Block | undefined, level: number): boolean {
  return next === undefined || (isHeading(next) && (next.level ?? 1) <= level);
}
