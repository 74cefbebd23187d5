import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import * as wire from '#wire/index.ts';
import type { Env } from './call.ts';
import { type Endpoint } from './endpoint.ts';
import { scopeOf } from './description.ts';
import type { Description } from './description.ts';

const PREFIX = '/api/v1';

/** Where an endpoint lives, as OpenAPI writes it. */
export function pathOf(description: Description): string {
  return description.isAbsolute === true ? description.path : PREFIX + description.path;
}

type Registration = Parameters<OpenAPIHono<Env>['openAPIRegistry']['registerPath']>[0];

export function describeEndpoint(endpoint: Endpoint): Registration {
  const { description } = endpoint;
  const content = bodyOf(endpoint);
  const params = paramsOf(description.path);
  const headers = headersOf(endpoint);
  return {
    method: description.method,
    path: pathOf(description),
    operationId: operationIdOf(description),
    tags: [description.tag],
    summary: description.summary,
    ...(description.description === undefined ? {} : { description: description.description }),
    request: {
      ...(params === null ? {} : { params }),
      ...(headers === null ? {} : { headers }),
      ...(endpoint.query === undefined ? {} : { query: endpoint.query as z.ZodObject }),
      ...(content === null ? {} : { body: { required: true, content } }),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(description.replies).map(([status, reply]) => [
          status,
          replyOf(Number(status), reply),
        ]),
      ),
      default: {
        description: 'An error',
        content: { 'application/problem+json': { schema: wire.Problem } },
      },
    },
    ...(endpoint.isOpen ? { security: [] } : {}),
    'x-preheat-scope': endpoint.isOpen ? 'open' : (scopeOf(description) ?? 'any'),
    'x-preheat-reach': endpoint.isInProject ? 'project' : endpoint.isOfServer ? 'server' : 'any',
  };
}

/** The OpenAPI 3.1 document of everything that is mounted. */
export function documentOf(api: OpenAPIHono<Env>, version: string): object {
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  api.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'apiKey',
    in: 'header',
    name: 'Preheat-Key',
  });
  return api.getOpenAPI31Document(
    {
      openapi: '3.1.0',
      info: {
        title: 'Preheat',
        version,
        description: 'Keeps slow answers warm: bulk work through a durable queue, results in a cache.',
        license: { name: 'MIT' },
      },
      security: [{ bearer: [] }, { key: [] }, {}],
    },
    { unionPreferredType: 'oneOf' },
  );
}

const PARAMS: Readonly<Record<string, z.ZodType>> = {
  batchId: wire.BatchId,
  itemId: wire.ItemId,
  workerId: wire.WorkerId,
  askId: wire.AskId,
  answerId: wire.AnswerId,
  documentId: wire.DocumentId,
  operationId: wire.OperationId,
  scheduleId: wire.ScheduleId,
  webhookId: wire.WebhookId,
  deliveryId: wire.DeliveryId,
  keyId: wire.KeyId,
};

function paramsOf(path: string): z.ZodObject | null {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  if (names.length === 0) return null;
  return z.object(Object.fromEntries(names.map((name) => [name, PARAMS[name] ?? z.string()])));
}

function headersOf({ description, isInProject }: Endpoint): z.ZodObject | null {
  const project = {
    'Preheat-Project': z.string().optional().meta({ description: 'Project; `default` when absent.' }),
  };
  const key = {
    'Idempotency-Key': z
      .string()
      .optional()
      .meta({ description: 'The same key with the same input replays the response, for 24 hours.' }),
  };
  if (!isInProject) return null;
  return z.object({ ...project, ...(description.isCreating === true ? key : {}) });
}

function bodyOf({ description, body }: Endpoint): Record<string, { schema: z.ZodType }> | null {
  if (body === undefined && description.form === undefined) return null;
  return {
    ...(body === undefined ? {} : { 'application/json': { schema: body } }),
    ...(description.form === undefined
      ? {}
      : { 'multipart/form-data': { schema: formOf(description.form) } }),
  };
}

function formOf(fields: z.ZodType): z.ZodType {
  const files = z
    .array(z.string().meta({ format: 'binary' }))
    .meta({ description: 'One or more, after the fields.' });
  return fields instanceof z.ZodObject ? fields.extend({ file: files }) : fields;
}

function replyOf(status: number, reply: Description['replies'][number]): Registration['responses'][string] {
  const description = STATUS_WORDS[status] ?? 'Done';
  if (reply === null || reply === undefined) return { description };
  if (reply === 'text/event-stream') return { description, content: { [reply]: { schema: wire.Progress } } };
  if (reply === 'text/plain') return { description, content: { [reply]: { schema: z.string() } } };
  if (reply === 'application/x-ndjson') {
    return { description, content: { [reply]: { schema: wire.Item }, 'text/csv': { schema: z.string() } } };
  }
  return { description, content: { 'application/json': { schema: reply } } };
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted; it goes on in the background',
  204: 'Done; nothing to say',
  503: 'Not ready',
};

/** `post /batches/{batchId}/pause` → `postBatchesBatchIdPause`. */
function operationIdOf({ method, path }: Description): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method + words.map((word) => (word[0] as string).toUpperCase() + word.slice(1)).join('');
}
