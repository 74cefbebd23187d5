export interface Letter {
  readonly subject: string;
  readonly text: string;
}

interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const MOST_SUBJECT = 150;

/** An event in plain words: its message first, then all that is known of it. */
export function letterOf(body: string): Letter {
  const { type, timestamp, data } = JSON.parse(body) as Told;
  const { message, ...rest } = data;
  const facts = Object.entries(rest).map(([name, value]) => `${name}: ${shown(value)}`);
  const words = typeof message === 'string' ? [message, ''] : [];
  return {
    subject: oneLine(`[Preheat] ${titleOf(type, data)}`),
    text: [...words, `${type} at ${timestamp}`, ...facts, ''].join('\n'),
  };
}

function titleOf(type: string, { kind, name, id, project }: Told['data']): string {
  const what = [kind, name, id].find((each) => typeof each === 'string');
  return `${type}${what === undefined ? '' : ` ${String(what)}`} (${String(project)})`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? oneLine(value) : JSON.stringify(value);
}

/** A name that somebody chose ends no line and begins no header. */
function oneLine(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, MOST_SUBJECT)
    .toWellFormed();
}
