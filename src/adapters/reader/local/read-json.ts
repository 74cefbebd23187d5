import type { Block } from '#domain/document.ts';
import type { Json } from '#domain/json.ts';

/** A longer text is a paragraph of its own. */
const SHORT = 160;
const MAX_LEVEL = 6;

/** Null when it is not JSON. */
export function readJson(text: string): Block[] | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const value = parse(text);
  return value === undefined ? null : blocksOf(value, 1);
}

/** One value on each line; null when a line is none. */
export function readJsonLines(text: string): Block[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0 || !/^\s*[[{]/.test(lines[0] as string)) return null;
  const values = lines.map(parse);
  return values.every((value) => value !== undefined) ? values.flatMap((value) => blocksOf(value, 1)) : null;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What is short goes into one paragraph, long texts into their own, and what nests under a heading of its name. */
function blocksOf(value: Json, level: number): Block[] {
  if (typeof value !== 'object' || value === null) return paragraph(String(value ?? ''));
  if (Array.isArray(value)) {
    const isPlain = value.every((each) => typeof each !== 'object' || each === null);
    return isPlain ? paragraph(value.map(String).join('; ')) : value.flatMap((each) => blocksOf(each, level));
  }
  const fields = Object.entries(value).filter(([, each]) => each !== null && each !== '');
  const short = fields.flatMap(([name, each]) => (isShort(each) ? [`${name}: ${each}`] : []));
  const rest = fields.filter(([, each]) => !isShort(each));
  return [
    ...paragraph(short.join('; ')),
    ...rest.flatMap(([name, each]) => {
      if (typeof each === 'string') return paragraph(`${name}: ${each}`);
      const heading: Block = { kind: 'heading', level: Math.min(level, MAX_LEVEL), text: name };
      return [heading, ...blocksOf(each, level + 1)];
    }),
  ];
}

function isShort(value: Json): value is string | number | boolean {
  return typeof value === 'string' ? value.length <= SHORT : typeof value !== 'object';
}

function paragraph(text: string): Block[] {
  return text === '' ? [] : [{ kind: 'paragraph', text }];
}
