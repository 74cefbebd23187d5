import { Option, type Command } from 'commander';
import { PreheatClient } from '#sdk/client.ts';
import { Refusal } from './refusal.ts';

/** How a command reaches the server. */
export interface ConnectionOptions {
  readonly url: string;
  readonly project?: string;
}

/** A client, and what a person needs to go on by hand. */
export interface Connection {
  readonly client: PreheatClient;
  readonly url: string;
  readonly project: string | undefined;
  readonly hasKey: boolean;
}

const DEFAULT_URL = 'http://127.0.0.1:7400';

/** Gives a command `--url` and `--project`. The key comes from the environment alone: arguments are seen by everybody. */
export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'where the server listens').env('PREHEAT_URL').default(DEFAULT_URL))
    .addOption(new Option('--project <name>', 'project to work in').env('PREHEAT_PROJECT'));
}

/** @throws Refusal when the address is none */
export function connect(options: ConnectionOptions, retries?: number): Connection {
  const url = options.url.replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new Refusal(`"${options.url}" is not an address.`, ['It looks like http://127.0.0.1:7400']);
  }
  const apiKey = process.env['PREHEAT_API_KEY'] || undefined;
  const project = options.project || undefined;
  const client = new PreheatClient({ baseUrl: url, apiKey, project, retries });
  return { client, url, project, hasKey: apiKey !== undefined };
}

/** What to type to do the same with curl. The key stays a variable: it must not end up in a terminal's history. */
export function curl(
  { url, project, hasKey }: Omit<Connection, 'client'>,
  method: 'GET' | 'POST',
  path: string,
): string {
  const parts = ['curl', ...(method === 'GET' ? [] : ['-X', method])];
  if (hasKey) parts.push('-H "Authorization: Bearer $PREHEAT_API_KEY"');
  if (project !== undefined) parts.push(`-H "Preheat-Project: ${project}"`);
  return [...parts, `${url}/api/v1${path}`].join(' ');
}

/** The options that a command for the same server needs. */
export function connectionFlags({ url, project }: Pick<Connection, 'url' | 'project'>): string {
  const flags = [
    url === DEFAULT_URL ? '' : ` --url ${url}`,
    project === undefined ? '' : ` --project ${project}`,
  ];
  return flags.join('');
}
