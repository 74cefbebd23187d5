import type { Project } from '#domain/project.ts';
import type { ServerCall } from '../call.ts';
import type { Description } from '../description.ts';
import type { Parts } from '../parts.ts';
import type { Reply } from '../reply.ts';
import { addressOf } from './address.ts';

/** Whether a call is noted: each that changes something, asks and previews aside. */
export function isAudited({ method, isUnaudited }: Description): boolean {
  return method !== 'get' && isUnaudited !== true;
}

/**
 * Notes what was done, before the caller is told that it is done: what nobody has a record of did not happen. A record
 * that cannot be written is no reason to call the change undone, which it is not: the log has it then.
 */
export async function noteChange(
  description: Pick<Description, 'method' | 'path'>,
  call: ServerCall<unknown, unknown> & { readonly project?: Project },
  { reply, parts }: { readonly reply: Reply; readonly parts: Parts },
): Promise<void> {
  if (reply.status >= 400) return;
  const { access, c, requestId, project } = call;
  await parts.app.audit.note({
    at: Date.now(),
    projectId: project?.id ?? null,
    keyId: access.keyId,
    actor: access.name,
    action: `${description.method.toUpperCase()} ${description.path}`,
    thing: thingOf(description, call, reply),
    address: addressOf(c, parts.settings.trustedProxies),
    requestId,
  });
}

/** The id in the path, or of what was made. */
function thingOf(
  { path }: Pick<Description, 'path'>,
  { c }: ServerCall<unknown, unknown>,
  reply: Reply,
): string | null {
  const [, name] = /\{(\w+)\}/.exec(path) ?? [];
  if (name !== undefined) return c.req.param(name)?.slice(0, 100) ?? null;
  return reply.headers['Location']?.split('/').at(-1) ?? null;
}
