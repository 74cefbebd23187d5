import type { Schema } from './operations.ts';

export type Random = () => number;

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** What programs get wrong: texts, numbers and shapes that nobody expects. */
const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e',
  '😀'.repeat(50),
  'x'.repeat(70_000),
  '%',
  "'; drop table answers; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '{{7*7}}',
  '__proto__',
  'constructor',
  'NaN',
  'null',
  '-1',
  '1e999',
  '2026-13-45T99:99:99Z',
  '9007199254740993',
  '(?:a+)+$',
  'bat_1',
  'default',
  '\r\nX-Injected: yes',
];
const NUMBERS = [0, -1, 1, 0.5, -0, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e-10];

function junk(random: Random, depth: number): unknown {
  const kinds = [
    () => pick(random, TEXTS),
    () => pick(random, NUMBERS),
    () => null,
    () => random() < 0.5,
    () => (depth > 3 ? [] : Array.from({ length: Math.floor(random() * 4) }, () => junk(random, depth + 1))),
    () => (depth > 3 ? {} : { [pick(random, TEXTS).slice(0, 50)]: junk(random, depth + 1) }),
    () => nested(Math.floor(random() * 3_000)),
  ];
  return pick(random, kinds)();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = [value];
  return value;
}

/** A value that mostly fits the schema, and now and then not at all. */
export function valueFor(random: Random, schema: Schema, depth = 0): unknown {
  if (random() < 0.04 || depth > 8) return junk(random, depth);
  const fixed = fixedValues(schema);
  if (fixed.length > 0) return pick(random, fixed);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return valueFor(random, pick(random, choices), depth + 1);
  if (schema.example !== undefined && random() < 0.5) return schema.example;
  return typedValue(random, schema, depth);
}

function fixedValues({ const: only, enum: words }: Schema): readonly unknown[] {
  return only === undefined ? (words ?? []) : [only];
}

function typedValue(random: Random, schema: Schema, depth: number): unknown {
  const type = typeof schema.type === 'string' ? schema.type : pick(random, schema.type ?? ['junk']);
  switch (type) {
    case 'object':
      return objectFor(random, schema, depth);
    case 'array':
      return Array.from({ length: Math.floor(random() ** 2 * 5) }, () =>
        valueFor(random, schema.items ?? {}, depth + 1),
      );
    case 'integer':
    case 'number':
      return numberFor(random, schema);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    case 'string':
      return textFor(random, schema);
    default:
      return junk(random, depth);
  }
}

function objectFor(random: Random, { properties = {}, required = [] }: Schema, depth: number): object {
  const entries = Object.entries(properties)
    .filter(([name]) => (required.includes(name) ? random() > 0.03 : random() < 0.5))
    .map(([name, schema]) => [name, valueFor(random, schema, depth + 1)]);
  if (random() < 0.05) entries.push([pick(random, TEXTS).slice(0, 40), junk(random, depth)]);
  return Object.fromEntries(entries) as object;
}

function numberFor(random: Random, { minimum = 0, maximum = 1_000, type }: Schema): number {
  if (random() < 0.15) return pick(random, [minimum, maximum, minimum - 1, maximum + 1, ...NUMBERS]);
  const value = minimum + random() * Math.min(maximum - minimum, 20);
  return type === 'integer' ? Math.floor(value) : value;
}

const PLAIN = [
  'north',
  'What is the answer?',
  'text',
  'en',
  'UTC',
  '0 6 * * *',
  '600/minute',
  'answers',
  'note.md',
];

function textFor(random: Random, { format, maxLength, pattern }: Schema): string {
  if (random() < 0.15) return pick(random, TEXTS);
  if (format === 'date-time') return pick(random, ['2027-01-01T00:00:00Z', '1970-01-01T00:00:00Z']);
  if (format === 'uri')
    return pick(random, ['http://127.0.0.1:1/', 'https://example.invalid/hook', 'http://[::1]/']);
  if (pattern?.includes('minute') === true) return '600/minute';
  const text = random() < 0.7 ? pick(random, PLAIN) : `text ${Math.floor(random() * 1_000)}`;
  return maxLength !== undefined && random() < 0.05 ? 'y'.repeat(maxLength + 1) : text;
}
