import type { App } from '#core/app.ts';
import type { Access } from '#domain/access.ts';
import { Fault } from '#domain/fault.ts';
import { DEFAULT_PROJECT, type Project } from '#domain/project.ts';
import type { Exchange } from '../call.ts';

/**
 * The project of the caller's key; a key that reaches all of them names one in a header, or means `default`.
 *
 * Looked up at each request: a project that is gone must not live on in a cache of ours.
 *
 * @throws Fault not_found, also for a project that the key does not reach: as if it were not there
 */
export function projectOf(app: App, c: Exchange, access: Access): Promise<Project> {
  const named = c.req.raw.headers.get('preheat-project');
  if (access.project === null) return app.projects.get(named ?? DEFAULT_PROJECT);
  if (named !== null && named !== access.project) {
    throw new Fault('not_found', 'unknown_project', `There is no project "${named.slice(0, 100)}".`);
  }
  return app.projects.get(access.project);
}
