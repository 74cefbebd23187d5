/** Says what happened, to people and to machines. Never a secret, never the text of a question or document. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export type Clock = () => number;
