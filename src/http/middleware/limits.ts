import type { Access } from '#domain/access.ts';
import type { Project } from '#domain/project.ts';
import { quotaName, RateLimited, WINDOW_MS } from '#domain/quota.ts';
import type { QuotaState, Spent } from '#domain/quota.ts';
import type { Exchange } from '../call.ts';
import type { Parts } from '../parts.ts';
import type { Reply } from '../reply.ts';
import { addressOf } from './address.ts';

/** Counts a call; null where nothing limits it. @throws Fault `rate_limited` */
export function spendCall(
  { app, settings }: Parts,
  c: Exchange,
  { access, project }: { readonly access: Access; readonly project: Project | null },
): Spent | null | Promise<Spent> {
  return app.limits.spend({
    access,
    project,
    user: () => c.req.raw.headers.get(settings.userHeader)?.trim() || null,
    address: () => addressOf(c, settings.trustedProxies),
  });
}

export function withLimits(reply: Reply, { states }: Spent): Reply {
  return { ...reply, headers: { ...reply.headers, ...limitHeaders(states) } };
}

/** Nothing for errors of other kinds. */
export function limitHeadersOf(error: unknown): Readonly<Record<string, string>> {
  return error instanceof RateLimited ? limitHeaders(error.spent.states) : {};
}

/**
 * What may be called how often, and what is left of it: fields of structured items, by draft-ietf-httpapi-ratelimit-headers-10.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
function limitHeaders(states: readonly QuotaState[]): Readonly<Record<string, string>> {
  const policies = states.map(
    ({ quota }) => `"${quotaName(quota)}";q=${quota.calls};w=${WINDOW_MS[quota.per] / 1_000}`,
  );
  const left = states.map(
    ({ quota, left: rest, resetMs }) => `"${quotaName(quota)}";r=${rest};t=${Math.ceil(resetMs / 1_000)}`,
  );
  return { 'RateLimit-Policy': policies.join(', '), RateLimit: left.join(', ') };
}
