import { Fault } from '#domain/fault.ts';
import * as wire from '#wire/index.ts';
import { type Endpoint, inProject, onServer } from '../endpoint.ts';
import { presentProject } from '../present/system.ts';
import { bodyInterrupted, wrongType } from '../read-body.ts';
import { json, stream } from '../reply.ts';

const TYPE = 'application/x-ndjson';

const take = inProject({
  method: 'get',
  path: '/export',
  tag: 'Projects',
  scope: 'admin',
  summary: 'A copy of the project, to be brought in elsewhere',
  description:
    'JSON lines, as of one moment: settings, documents with their passages, vectors and kept files, answers with what they rest on, judgements, misses, turns, schedules, webhooks without their secrets, catalogue records, figures by the hour, what batches came to. The last line has counts and a digest: a copy without it was cut off. It is not encrypted.',
  replies: { 200: TYPE },
  handle: ({ project }, { app }) =>
    Promise.resolve(
      stream(TYPE, app.copies.export(project), {
        'Content-Disposition': `attachment; filename="${project.name}.preheat.jsonl"`,
      }),
    ),
});

const bring = onServer({
  method: 'post',
  path: '/projects/{projectName}/import',
  tag: 'Projects',
  scope: 'admin',
  summary: 'Bring in a copy of a project under a new name',
  description:
    'Takes what `GET /export` gave, also from another installation and another kind of store. Nobody sees any of it before all is there; what breaks off is removed. Schedules and webhooks come switched off, webhooks with secrets that nobody knows; answers are looked at again before they are given.',
  readsBody: true,
  replies: { 201: wire.BroughtIn },
  handle: async ({ c }, { app }) => {
    const name = c.req.param('projectName') ?? '';
    const parsed = wire.ProjectName.safeParse(name);
    if (!parsed.success)
      throw new Fault('invalid', 'invalid_name', `"${name.slice(0, 100)}" is no name for a project.`);
    const type = c.req.raw.headers.get('content-type');
    if (type === null || !type.startsWith(TYPE)) throw wrongType(type, TYPE);
    const { project, counts } = await app.copies.import(parsed.data, bytesOf(c.req.raw.body));
    return json(201, { project: presentProject(project), counts } satisfies wire.BroughtIn);
  },
});

export const copyEndpoints: readonly Endpoint[] = [take, bring];

async function* bytesOf(body: Request['body']): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw bodyInterrupted(error);
  }
}
