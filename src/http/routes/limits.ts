import * as wire from '#wire/index.ts';
import type { BudgetView } from '#core/platform/token-budgets.ts';
import type { LimitUse } from '#core/platform/limit-calls.ts';
import { showId } from '#domain/ids.ts';
import { showRate } from '#domain/quota.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { iso } from '../present/value.ts';
import { json } from '../reply.ts';

const list = inProject({
  method: 'get',
  path: '/limits',
  tag: 'Limits',
  scope: 'admin',
  summary: 'Who uses what of the limits and budgets now, nearest to the limit first',
  description:
    'Limits are set by project (`rates`) and by key. Every limited response says in `RateLimit-Policy` and `RateLimit` what holds and what is left.',
  replies: { 200: wire.LimitUsePage },
  handle: async ({ project, access }, { app }) => {
    const now = Date.now();
    const isServer = access.project === null;
    const [holdings, uses, budgets] = await Promise.all([
      app.holdings.of(project),
      app.limits.list(project, isServer),
      app.budgets.list(project.id, isServer),
    ]);
    const body: wire.LimitUsePage = {
      items: uses.map((use) => present(use, now)),
      holdings: [...holdings],
      budgets: budgets.map(presentBudget),
      nextCursor: null,
      sharing: app.limits.sharing(),
    };
    return json(200, body);
  },
});

export const limitEndpoints: readonly Endpoint[] = [list];

function presentBudget(budget: BudgetView): wire.BudgetUse {
  const { scope, id, name, tokensPerDay, spent, reserved, resetsAt } = budget;
  return {
    scope,
    who: name,
    keyId: scope === 'key' ? showId('key', id) : null,
    tokensPerDay,
    spent,
    reserved,
    resetsAt: iso(resetsAt),
  };
}

function present({ scope, who, keyId, rate, used, resetMs }: LimitUse, now: number): wire.LimitUse {
  return {
    scope,
    who,
    keyId: keyId === null ? null : showId('key', keyId),
    rate: showRate(rate),
    limit: rate.calls,
    used,
    resetsAt: iso(now + resetMs),
  };
}
