import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { App } from '#core/app.ts';
import { Fault } from '#domain/fault.ts';
import type { Env, Exchange } from './call.ts';
import { serveDirectly } from './direct.ts';
import { type Endpoint } from './endpoint.ts';
import { scopeOf } from './description.ts';
import type { Parts } from './parts.ts';
import { createHandler, type Handle, type Need, type Run } from './handle.ts';
import { preflight } from './middleware/cors.ts';
import { createGate } from './middleware/authenticate.ts';
import { describeEndpoint, documentOf, pathOf } from './openapi.ts';
import { OpenStreams } from './open-streams.ts';
import { writtenJson, problemReply, type Reply } from './reply.ts';
import { answerEndpoints } from './routes/answers.ts';
import { judgementEndpoints } from './routes/judgements.ts';
import { missEndpoints } from './routes/misses.ts';
import { batchEndpoints } from './routes/batches.ts';
import { catalogueEndpoints } from './routes/catalogue.ts';
import { changeEndpoints } from './routes/changes.ts';
import { documentEndpoints } from './routes/documents.ts';
import { eventEndpoints } from './routes/events.ts';
import { itemEndpoints } from './routes/items.ts';
import { limitEndpoints } from './routes/limits.ts';
import { metricsEndpoints } from './routes/metrics.ts';
import { openAiEndpoints } from './routes/openai.ts';
import { operationEndpoints } from './routes/operations.ts';
import { pageOf, PAGES } from './routes/pages.ts';
import { auditEndpoints } from './routes/audit.ts';
import { keyEndpoints } from './routes/keys.ts';
import { sessionEndpoints } from './routes/session.ts';
import { scheduleEndpoints } from './routes/schedules.ts';
import { copyEndpoints } from './routes/copies.ts';
import { encryptionEndpoints } from './routes/encryption.ts';
import { alertEndpoints } from './routes/alerts.ts';
import { webhookEndpoints } from './routes/webhooks.ts';
import { systemEndpoints } from './routes/system.ts';
import type { HttpSettings } from './settings.ts';
import { UiFiles } from './ui-files.ts';

export interface Http {
  /** For whoever has web requests: tests, and runtimes other than Node. */
  readonly web: OpenAPIHono<Env>;
  /** For Node's own server. */
  readonly listener: RequestListener;
}

/**
 * The whole HTTP side of Preheat, over the verbs of `app`.
 */
export function createHttp(app: App, settings: HttpSettings): Http {
  const api = new OpenAPIHono<Env>();
  const gate = createGate(settings, app.door);
  const parts: Parts = { app, settings, gate, streams: new OpenStreams() };
  const endpoints = [
    // Before the answers: `/answers/misses` is no answer's id.
    ...missEndpoints,
    ...judgementEndpoints,
    ...answerEndpoints,
    ...batchEndpoints,
    ...itemEndpoints,
    ...eventEndpoints(),
    ...operationEndpoints,
    ...openAiEndpoints,
    ...documentEndpoints,
    ...changeEndpoints,
    ...catalogueEndpoints,
    ...scheduleEndpoints,
    ...systemEndpoints,
    ...metricsEndpoints,
    ...keyEndpoints,
    ...limitEndpoints,
    ...auditEndpoints,
    ...webhookEndpoints,
    ...alertEndpoints,
    ...encryptionEndpoints,
    ...copyEndpoints,
    ...sessionEndpoints(),
  ];
  const handler = createHandler(settings, gate);
  const serve: Serve = (run) => {
    const handle = handler(OPEN_TO_ALL, run);
    return async (c) => toResponse(await handle(c));
  };
  const handles = endpoints.map((endpoint) => {
    return handler(needOf(endpoint), (c, requestId, access) => endpoint.run(parts, c, requestId, access));
  });
  endpoints.forEach((endpoint, at) => mount(api, endpoint, handles[at] as Handle));
  const ui = UiFiles.open(settings.uiFolder);
  mountDocument(api, settings, serve);
  for (const path of PAGES)
    api.get(
      path,
      serve((c) => (path === '/' ? uiReply(ui, c) : null) ?? pageOf(path)),
    );
  api.notFound(
    serve(
      (c, requestId) =>
        preflight(c, settings.corsOrigins) ??
        (isOfPage(c) ? uiReply(ui, c) : null) ??
        refuseUnknown(c, endpoints, requestId),
    ),
  );
  return {
    web: api,
    listener: serveDirectly(directHandles(endpoints, handles), getRequestListener(api.fetch)),
  };
}

/** Pages, and what is not there: nobody needs a key to be told. */
const OPEN_TO_ALL: Need = { route: 'a page', isOpen: true, isUnsafe: false, scope: null, isOfServer: false };

function needOf({ description, isOpen, isOfServer }: Endpoint): Need {
  const isUnsafe = description.method !== 'get';
  return { route: pathOf(description), isOpen, isUnsafe, scope: scopeOf(description), isOfServer };
}

type Serve = (run: Run) => (c: Context<Env>) => Promise<Response>;

function toResponse(reply: Reply): Response {
  return new Response(reply.body, { status: reply.status, headers: reply.headers });
}

/** Posts of JSON to a fixed path: what comes often and in haste. The rest has streams, files, forms or parameters. */
function directHandles(endpoints: readonly Endpoint[], mounted: readonly Handle[]): Map<string, Handle> {
  const handles = new Map<string, Handle>();
  endpoints.forEach(({ description, body, readsBody }, at) => {
    const path = pathOf(description);
    const isPlain = description.method === 'post' && body !== undefined && !readsBody;
    if (isPlain && !path.includes('{')) handles.set(path, mounted[at] as Handle);
  });
  return handles;
}

function mount(api: OpenAPIHono<Env>, endpoint: Endpoint, handle: Handle): void {
  const { description } = endpoint;
  api.openAPIRegistry.registerPath(describeEndpoint(endpoint));
  const routingPath = pathOf(description).replaceAll(/\{(\w+)\}/g, ':$1');
  api.on(description.method.toUpperCase(), routingPath, async (c) => toResponse(await handle(c)));
}

function mountDocument(api: OpenAPIHono<Env>, settings: HttpSettings, serve: Serve): void {
  let text: string | null = null;
  const run = (): Reply => writtenJson(200, (text ??= JSON.stringify(documentOf(api, settings.version))));
  api.get('/api/v1/openapi.json', serve(run));
}

function uiReply(ui: UiFiles | null, c: Exchange): Reply | null {
  if (ui === null) return null;
  return ui.find(c.req.path, c.req.raw.headers.get('accept-encoding'));
}

/** The admin page has routes of its own; the API's paths are not among them. */
function isOfPage(c: Exchange): boolean {
  return c.req.raw.method === 'GET' && !/^\/(?:api|v1|health|metrics|docs)(?:\/|$)/.test(c.req.path);
}

/** @throws Fault `not_found`; 405 is the one status that no fault of the domain stands for */
function refuseUnknown(c: Exchange, endpoints: readonly Endpoint[], requestId: string): Reply {
  const path = c.req.path;
  const allowed = new Set<string>();
  for (const { description } of endpoints) {
    if (patternOf(pathOf(description)).test(path)) allowed.add(description.method.toUpperCase());
  }
  if (allowed.size === 0) {
    throw new Fault(
      'not_found',
      'unknown_route',
      `There is nothing at ${path.slice(0, 200)}. /docs lists what is.`,
    );
  }
  if (allowed.has('GET')) allowed.add('HEAD');
  const allow = [...allowed].toSorted().join(', ');
  const fault = new Fault(
    'invalid',
    'method_not_allowed',
    `${c.req.raw.method} is not possible here, but ${allow}.`,
  );
  const reply = problemReply(fault, requestId);
  const body = JSON.stringify({ ...(JSON.parse(reply.body as string) as object), status: 405 });
  return { status: 405, body, headers: { ...reply.headers, Allow: allow } };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
