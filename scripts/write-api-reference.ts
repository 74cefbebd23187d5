import { readFileSync, writeFileSync } from 'node:fs';
import { harness } from '../tests/support/http.ts';

/** Writes docs/api-reference.md out of the OpenAPI document. A test compares the two. */
const FILE = new URL('../docs/api-reference.md', import.meta.url);

const HEAD = `# API reference

Written by \`node scripts/write-api-reference.ts\` out of the OpenAPI document, which a server gives at
\`/api/v1/openapi.json\` and shows at \`/docs\`. [The API by example](api.md) is the better place to begin.

Every call may be refused with \`application/problem+json\` ([errors](api.md#errors)), below \`/v1\` in OpenAI's form. The key
needs the scope that stands behind "key"; what reaches the project takes the header \`Preheat-Project\`.
`;

type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly default?: unknown;
  readonly additionalProperties?: Schema | boolean;
};

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Record<string, { readonly schema?: Schema }> }
    >
  >;
  readonly 'x-preheat-scope': string;
  readonly 'x-preheat-reach': string;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export async function apiReference(): Promise<string> {
  const { paths, components } = await readOpenApi();
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0] ?? 'Other';
      byTag.set(tag, [
        ...(byTag.get(tag) ?? []),
        operationText(`${method.toUpperCase()} ${path}`, operation),
      ]);
    }
  }
  const tags = [...byTag].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const schemas = Object.entries(components.schemas).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    HEAD,
    ...tags.map(([tag]) => `- [${tag}](#${anchorOf(tag)})`),
    '- [Schemas](#schemas)',
    ...tags.map(([tag, operations]) => `\n## ${tag}\n\n${operations.join('\n\n')}`),
    '\n## Schemas',
    ...schemas.map(([name, schema]) => `\n${schemaText(name, schema)}`),
    '',
  ].join('\n');
}

/** Nobody is asked anything: only what is mounted counts. */
async function readOpenApi(): Promise<OpenApi> {
  const { http } = harness();
  return (await (await http.request('/api/v1/openapi.json')).json()) as OpenApi;
}

function operationText(title: string, operation: Operation): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const { 'x-preheat-scope': scope, 'x-preheat-reach': reach } = operation;
  const key = scope === 'open' ? 'none' : scope === 'any' ? 'any' : `\`${scope}\``;
  const bodies = Object.entries(requestBody?.content ?? {});
  return [
    `### ${title}`,
    `${sentence(summary ?? '')} Key: ${key}. Reaches: ${reach === 'project' ? 'the project' : reach === 'server' ? 'the server' : 'what the key reaches'}.`,
    ...(description === undefined ? [] : [description]),
    ...(parameters.length === 0
      ? []
      : [table(['parameter', 'in', 'type', ''], parameters.map(parameterRow))]),
    ...bodies.map(([type, { schema }]) => bodyText(type, schema)),
    Object.entries(responses)
      .filter(([status]) => status !== 'default')
      .map(([status, reply]) => `- ${status}: ${replyText(reply)}`)
      .join('\n'),
  ].join('\n\n');
}

function parameterRow({ name, in: place, required, description, schema = {} }: Parameter): string[] {
  return [
    `\`${name}\`${required === true ? ' (required)' : ''}`,
    place,
    typeOf(schema),
    wordsOf({ ...schema, ...(description === undefined ? {} : { description }) }),
  ];
}

function bodyText(type: string, schema: Schema = {}): string {
  if (schema.properties === undefined) return `Body, \`${type}\`: ${typeOf(schema)}`;
  return `Body, \`${type}\`:\n\n${fieldsOf(schema)}`;
}

function replyText({ description, content = {} }: Operation['responses'][string]): string {
  const forms = Object.entries(content).map(([type, { schema = {} }]) =>
    type === 'application/json' ? typeOf(schema) : `\`${type}\``,
  );
  return [description, ...forms].join(', ');
}

function schemaText(name: string, schema: Schema): string {
  const head = `### ${name} (schema)${schema.description === undefined ? '' : `\n\n${sentence(schema.description)}`}`;
  if (schema.properties === undefined) return `${head}\n\n${typeOf({ ...schema, description: '' })}`;
  return `${head}\n\n${fieldsOf(schema)}`;
}

function fieldsOf({ properties = {}, required = [] }: Schema): string {
  return table(
    ['field', 'type', ''],
    Object.entries(properties).map(([name, schema]) => [
      `\`${name}\`${required.includes(name) ? '' : ' (optional)'}`,
      typeOf(schema),
      wordsOf(schema),
    ]),
  );
}

function typeOf(schema: Schema): string {
  const { $ref, oneOf, anyOf, allOf, items, type, properties, additionalProperties } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) as string;
    return `[${name}](#${anchorOf(`${name} (schema)`)})`;
  }
  const several = oneOf ?? anyOf ?? allOf;
  if (several !== undefined) return several.map(typeOf).join(allOf === undefined ? ' or ' : ' and ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (properties !== undefined)
    return `{ ${Object.entries(properties)
      .map(([name, each]) => `${name}: ${typeOf(each)}`)
      .join('; ')} }`;
  if (typeof additionalProperties === 'object') return `by name: ${typeOf(additionalProperties)}`;
  return type === undefined ? 'anything' : [type].flat().join(' or ');
}

function wordsOf({ description, default: standard }: Schema): string {
  const words = description === undefined ? [] : [sentence(description)];
  return [...words, ...(standard === undefined ? [] : [`Default: \`${JSON.stringify(standard)}\`.`])].join(
    ' ',
  );
}

function sentence(text: string): string {
  return text === '' || /[.:?!]$/.test(text) ? text : `${text}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** As GitHub makes them. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-');
}

if (import.meta.main) {
  writeFileSync(FILE, await apiReference());
  process.stdout.write(`${readFileSync(FILE, 'utf8').split('\n').length} lines\n`);
}
