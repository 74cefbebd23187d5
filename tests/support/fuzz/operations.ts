/** What the OpenAPI document says of one operation, with its references followed. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  readonly reach: string;
  readonly query: readonly { readonly name: string; readonly schema: Schema }[];
  /** By content type. */
  readonly bodies: Readonly<Record<string, Schema>>;
}

export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
}

interface Described {
  readonly 'x-preheat-scope'?: string;
  readonly 'x-preheat-reach'?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export async function readOperations(url: string): Promise<readonly Operation[]> {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    readonly paths: Record<string, Record<string, Described>>;
    readonly components?: { readonly schemas?: Record<string, Schema> };
  };
  const schemas = document.components?.schemas ?? {};
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, about]): Operation => {
      const content = about.requestBody?.content ?? {};
      const bodies = Object.entries(content).map(([type, { schema = {} }]) => [
        type,
        resolve(schema, schemas),
      ]);
      const query = (about.parameters ?? []).filter((parameter) => parameter.in === 'query');
      return {
        method: method.toUpperCase(),
        path,
        scope: about['x-preheat-scope'] ?? 'any',
        reach: about['x-preheat-reach'] ?? 'any',
        query: query.map(({ name, schema = {} }) => ({ name, schema: resolve(schema, schemas) })),
        bodies: Object.fromEntries(bodies) as Record<string, Schema>,
      };
    }),
  );
}

const MOST_DEPTH = 12;

function resolve(schema: Schema, schemas: Readonly<Record<string, Schema>>, depth = 0): Schema {
  if (depth > MOST_DEPTH) return {};
  const reference = (schema as { $ref?: string }).$ref;
  if (reference !== undefined) {
    return resolve(schemas[reference.split('/').at(-1) ?? ''] ?? {}, schemas, depth + 1);
  }
  const each = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(each);
    if (typeof value !== 'object' || value === null) return value;
    return resolve(value as Schema, schemas, depth + 1);
  };
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === 'properties' && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, each(inner)]))
        : each(value),
    ]),
  ) as Schema;
}
