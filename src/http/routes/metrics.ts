import { type Endpoint, onServer } from '../endpoint.ts';
import type { Reply } from '../reply.ts';

const metrics = onServer({
  method: 'get',
  path: '/metrics',
  isAbsolute: true,
  tag: 'System',
  summary: 'Figures for Prometheus',
  description:
    'What begins with `preheat_` and is of a project comes from the store: every server says the same.',
  replies: { 200: 'text/plain' },
  handle: async (_call, { app }): Promise<Reply> => ({
    status: 200,
    body: await app.system.metrics(),
    headers: {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  }),
});

export const metricsEndpoints: readonly Endpoint[] = [metrics];
