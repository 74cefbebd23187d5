import * as wire from '#wire/index.ts';
import { type Endpoint, inProject, onServer } from '../endpoint.ts';
import { presentProjectDetail, readChanges } from '../present/project-settings.ts';
import {
  presentHour,
  presentModel,
  presentProject,
  presentService,
  presentWorker,
} from '../present/system.ts';
import { iso, pageReply } from '../present/value.ts';
import { idIn } from '../call.ts';
import { empty, json } from '../reply.ts';

const listProjects = onServer({
  method: 'get',
  path: '/projects',
  tag: 'Projects',
  summary: 'List the projects that the key reaches',
  isForAnyKey: true,
  replies: { 200: wire.ProjectPage },
  handle: async ({ access }, { app }) => {
    const all = await app.projects.list();
    const items = access.project === null ? all : all.filter(({ name }) => name === access.project);
    return json(200, pageReply({ items, next: null }, presentProject));
  },
});

const createProject = onServer({
  method: 'post',
  path: '/projects',
  tag: 'Projects',
  summary: 'Make a project, or find the one of that name',
  body: wire.CreateProject,
  replies: { 201: wire.Project },
  handle: async ({ body }, { app }) => json(201, presentProject(await app.projects.ensure(body.name))),
});

const getSettings = onServer({
  method: 'get',
  path: '/projects/{projectName}',
  tag: 'Projects',
  summary: 'One project with its settings',
  replies: { 200: wire.ProjectDetail },
  handle: async ({ c }, { app }) => {
    const project = await app.projects.get(c.req.param('projectName') ?? '');
    return json(200, presentProjectDetail(project, await app.projects.settings(project)));
  },
});

const changeSettings = onServer({
  method: 'patch',
  path: '/projects/{projectName}',
  tag: 'Projects',
  summary: 'Change the settings of a project: models, prompts, what to do when a model is down',
  description:
    'Parts that are named are put in place of what was there; null goes back to what the server has. Other models and prompts are other answers: those that were warm stay, and are found again when the settings are put back.',
  body: wire.ChangeProject,
  replies: { 200: wire.ProjectDetail },
  handle: async ({ c, body }, { app }) => {
    const project = await app.projects.get(c.req.param('projectName') ?? '');
    return json(
      200,
      presentProjectDetail(project, await app.projects.changeSettings(project, readChanges(body))),
    );
  },
});

const deleteProject = onServer({
  method: 'delete',
  path: '/projects/{projectName}',
  tag: 'Projects',
  summary: 'Delete a project with everything in it',
  description:
    'From the response on nobody sees it: its batches are cancelled, its keys let nobody in. Its rows, files and counts are removed in the background. The project `default` is there again at once, and empty.',
  replies: { 202: null },
  handle: async ({ c }, { app }) => {
    await app.projects.delete(await app.projects.get(c.req.param('projectName') ?? ''));
    return empty(202);
  },
});

const workers = onServer({
  method: 'get',
  path: '/workers',
  tag: 'System',
  summary: 'Who works',
  replies: { 200: wire.WorkerPage },
  handle: async (_call, { app }) =>
    json(200, pageReply({ items: await app.system.workers(), next: null }, presentWorker)),
});

const drainWorker = onServer({
  method: 'post',
  path: '/workers/{workerId}/drain',
  tag: 'System',
  summary: 'Let a process finish what it has and take no more',
  description: 'A worker then ends by itself; a server goes on answering requests.',
  replies: { 204: null },
  handle: async (call, { app }) => {
    await app.system.drain(idIn(call, 'worker'));
    return empty(204);
  },
});

const stats = inProject({
  method: 'get',
  path: '/stats',
  tag: 'System',
  summary: 'Figures of a project',
  replies: { 200: wire.Stats },
  handle: async ({ project }, { app }) => json(200, await app.system.stats(project)),
});

const hours = inProject({
  method: 'get',
  path: '/stats/hourly',
  tag: 'System',
  summary: 'Figures by the hour',
  query: wire.HourQuery,
  replies: { 200: wire.HourPage },
  handle: async ({ project, query }, { app }) => {
    const since = Date.now() - query.hours * 3_600_000;
    return json(200, pageReply({ items: await app.system.hours(project, since), next: null }, presentHour));
  },
});

const system = onServer({
  method: 'get',
  path: '/system',
  tag: 'System',
  summary: 'What this server is made of, and its settings',
  description: 'Settings that may hold a secret have no value here.',
  replies: { 200: wire.System },
  handle: async (_call, { app }) => {
    const { settings, services, ...rest } = await app.system.describe();
    const body = { ...rest, services: services.map(presentService), settings: [...settings] };
    return json(200, body satisfies wire.System);
  },
});

const live = onServer({
  method: 'get',
  path: '/health/live',
  isAbsolute: true,
  isOpen: true,
  tag: 'System',
  summary: 'The process runs',
  replies: { 200: wire.Live },
  handle: (_call, { settings }) => Promise.resolve(json(200, { status: 'live', version: settings.version })),
});

const ready = onServer({
  method: 'get',
  path: '/health/ready',
  isAbsolute: true,
  isOpen: true,
  tag: 'System',
  summary: 'The process can serve; which parts are up',
  replies: { 200: wire.Ready, 503: wire.Ready },
  handle: async (_call, { app }) => {
    const { isReady, version, engine, engineTrouble, parts, models } = await app.system.health();
    const body: wire.Ready = {
      status: isReady ? 'ready' : 'not_ready',
      version,
      engine,
      engineTrouble: engineTrouble === null ? null : { ...engineTrouble, since: iso(engineTrouble.since) },
      parts: parts.map(({ name, isUp, detail }) => ({ name, isUp, detail })),
      models: models.map(presentModel),
    };
    return json(isReady ? 200 : 503, body);
  },
});

export const systemEndpoints: readonly Endpoint[] = [
  listProjects,
  createProject,
  getSettings,
  changeSettings,
  deleteProject,
  workers,
  drainWorker,
  stats,
  hours,
  system,
  live,
  ready,
];
