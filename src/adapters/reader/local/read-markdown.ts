import { lexer } from 'marked';
import type { Token, Tokens } from 'marked';
import type { Block } from '#domain/document.ts';
import { decodeEntities } from './entities.ts';
import { readOut } from './tidy.ts';

/** Headings, paragraphs, list items, table rows and code of a Markdown text, without its markup. */
export function readMarkdown(text: string): Block[] {
  const { title, body } = splitFrontMatter(text);
  const blocks = lexer(body).flatMap(blocksOf);
  const hasTitle = blocks.some((block) => block.kind === 'heading' && block.level === 1);
  return title === null || hasTitle ? blocks : [{ kind: 'heading', level: 1, text: title }, ...blocks];
}

function splitFrontMatter(text: string): { title: string | null; body: string } {
  const found = /^---\n([\s\S]{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text);
  const fields = found?.[1] ?? '';
  // A rule at the top of a text is no front matter: that has fields.
  if (found === null || !/^\w[\w-]*\s*:/.test(fields)) return { title: null, body: text };
  const title = /^title\s*:\s*["']?(.+?)["']?\s*$/m.exec(fields)?.[1] ?? null;
  return { title, body: text.slice(found[0].length) };
}

function blocksOf(token: Token): Block[] {
  switch (token.type) {
    case 'heading':
      return [
        {
          kind: 'heading',
          level: (token as Tokens.Heading).depth,
          text: inline((token as Tokens.Heading).tokens),
        },
      ];
    case 'paragraph':
    case 'text':
      return [
        paragraph(
          'tokens' in token && token.tokens ? inline(token.tokens) : decodeEntities(plainText(token)),
        ),
      ];
    case 'list':
      return listBlocks(token as Tokens.List);
    case 'table':
      return rowBlocks(token as Tokens.Table);
    case 'code':
      return [paragraph((token as Tokens.Code).text)];
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens.flatMap(blocksOf);
    case 'html':
      return [paragraph(withoutTags((token as Tokens.HTML).text))];
    default:
      return [];
  }
}

/** Each item is a paragraph; numbers stay, since the order says something. */
function listBlocks(list: Tokens.List): Block[] {
  const first = typeof list.start === 'number' ? list.start : 1;
  return list.items.flatMap((item, index) => {
    const [head, ...rest] = item.tokens.flatMap(blocksOf);
    if (head === undefined) return [];
    return [list.ordered ? { ...head, text: `${first + index}. ${head.text}` } : head, ...rest];
  });
}

function rowBlocks(table: Tokens.Table): Block[] {
  const columns = table.header.map((cell) => inline(cell.tokens));
  if (table.rows.length === 0) return [paragraph(columns.join('; '))];
  return table.rows.map((row) =>
    paragraph(
      readOut(
        columns,
        row.map((cell) => inline(cell.tokens)),
      ),
    ),
  );
}

function inline(tokens: readonly Token[]): string {
  return tokens.map(inlineText).join('');
}

function inlineText(token: Token): string {
  switch (token.type) {
    case 'br':
      return ' ';
    case 'html':
      return withoutTags(plainText(token));
    case 'codespan':
    case 'escape':
    case 'image':
      return plainText(token);
    default:
      return 'tokens' in token && token.tokens ? inline(token.tokens) : decodeEntities(plainText(token));
  }
}

function plainText(token: Token): string {
  return 'text' in token && typeof token.text === 'string' ? token.text : '';
}

function withoutTags(html: string): string {
  return decodeEntities(
    html.replace(/<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1>|<\/?[a-z][^>]*>/gi, ' '),
  );
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}
