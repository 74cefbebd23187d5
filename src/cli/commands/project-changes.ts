import type { ChangeProject, ProjectDetail } from '#sdk/wire/projects.ts';
import { Refusal } from '../refusal.ts';

type Settings = ProjectDetail['settings'];

/** How the value of a setting is written in words. */
type Read = (text: string) => unknown;

const words: Read = (text) => text;
const list: Read = (text) => (text === 'none' ? [] : text.split(',').map((each) => each.trim()));
const whole: Read = (text) => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Refusal(`"${text}" is no whole number.`);
};
const amount: Read = (text) => {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new Refusal(`"${text}" is no number.`);
};
const yesOrNo: Read = (text) => {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new Refusal(`"${text}" is neither yes nor no.`);
};

const MODEL = {
  '': words,
  model: words,
  baseUrl: words,
  keyName: words,
  dimensions: whole,
  timeoutSeconds: whole,
  concurrency: whole,
  inputPrice: amount,
  outputPrice: amount,
};

/** Every setting that the API has; those with parts are written `part.name`. */
const READERS: Readonly<Record<string, Read | Readonly<Record<string, Read>>>> = {
  generator: MODEL,
  embedder: MODEL,
  prompts: { product: words, project: words, answers: words },
  fallback: words,
  stale: words,
  rewarm: { tokensPerDay: whole, warmsMisses: yesOrNo },
  rates: { key: list, user: list, project: list, ip: list },
  tokensPerDay: whole,
  catalogue: { preset: words },
  caps: { pending: whole, concurrency: whole, cachedBytes: whole, documents: whole },
  alerts: { deadLetters: whole, backlog: whole, hitPercent: whole, budgetPercent: whole },
};

/** What to write, one line each. */
export const SETTINGS = Object.entries(READERS).flatMap(([name, parts]) =>
  typeof parts === 'function'
    ? [name]
    : Object.keys(parts).map((part) => (part === '' ? name : `${name}.${part}`)),
);

/**
 * `caps.pending=5000` and its like as a change of settings. `default` goes back to what the server has; what is not named
 * stays as it is.
 *
 * @throws Refusal when a setting is not known, or its value cannot be
 */
export function readProjectChanges(assignments: readonly string[], settings: Settings): ChangeProject {
  const changes: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const { name, part, text } = partsOf(assignment);
    const value = text === 'default' ? null : readerOf(name, part)(text);
    const before = changes[name] ?? settings[name as keyof Settings];
    changes[name] = changed(name, part, { value, before });
  }
  return changes as ChangeProject;
}

function partsOf(assignment: string): {
  readonly name: string;
  readonly part: string;
  readonly text: string;
} {
  const at = assignment.indexOf('=');
  if (at === -1) throw new Refusal(`"${assignment}" is not like name=value.`, [advice()]);
  const [name = '', part = ''] = assignment.slice(0, at).split('.');
  const text = assignment.slice(at + 1);
  // All parts of a setting go back together.
  const isBack = name in READERS && part === '' && text === 'default';
  if (!isBack) readerOf(name, part);
  return { name, part, text };
}

function readerOf(name: string, part: string): Read {
  const reader = READERS[name];
  const read = typeof reader === 'function' ? (part === '' ? reader : undefined) : reader?.[part];
  if (read !== undefined) return read;
  throw new Refusal(`"${part === '' ? name : `${name}.${part}`}" is no setting of a project.`, [advice()]);
}

function changed(
  name: string,
  part: string,
  { value, before }: { readonly value: unknown; readonly before: unknown },
): unknown {
  // Prompts are told by their layers: those that are not named stay.
  if (name === 'prompts') {
    const layer = part === 'answers' ? { workloads: { answers: value } } : { [part]: value };
    return { ...(before === null ? {} : (before as object)), ...layer };
  }
  if (part === '') return name === 'generator' || name === 'embedder' ? modelOf(value) : value;
  return { ...(before as object | null), [part]: value };
}

function modelOf(value: unknown): unknown {
  return value === null ? null : { model: value };
}

function advice(): string {
  return `There are: ${SETTINGS.join(', ')}`;
}
