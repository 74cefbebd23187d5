import { serve } from '@hono/node-server';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { Ask, Asked } from '#wire/answers.ts';

/**
 * What an ask is measured against: a Hono + zod-openapi POST as one writes it, that does nothing. It checks the body
 * by the schema of a real ask and answers with the very same JSON document as the server it is compared with, through
 * `c.json`. No key, no limits, no log, no cache, no look at the store, no headers but its own.
 */
const app = new OpenAPIHono();
const route = createRoute({
  method: 'post',
  path: '/ask',
  request: { body: { content: { 'application/json': { schema: Ask } }, required: true } },
  responses: { 200: { description: 'ok', content: { 'application/json': { schema: Asked } } } },
});
const [, , port, asked] = process.argv;
const answer = Asked.parse(JSON.parse(asked as string));
app.openapi(route, (c) => {
  c.req.valid('json');
  return c.json(answer, 200);
});
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' });
