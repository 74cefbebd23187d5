import type { Project } from '#domain/project.ts';
import type { LimitScope } from '#domain/quota.ts';
import type { Figure } from '#ports/metrics.ts';
import type { QuotaSharing } from '#ports/quotas.ts';
import type { Health } from './health.ts';
import type { TokenBudgets } from './token-budgets.ts';

/** Limits of calls, as this process knows them. */
export function limitFigures(
  refused: Readonly<Record<LimitScope, number>>,
  sharing: QuotaSharing,
): readonly Figure[] {
  return [
    {
      name: 'preheat_calls_limited_total',
      help: 'Calls that were refused since their limit was used up, by whose limit.',
      kind: 'counter',
      values: Object.entries(refused).map(([scope, value]) => ({ labels: { scope }, value })),
    },
    {
      name: 'preheat_limits_shared',
      help: 'Whether limits are shared as they are meant to be; 0: each process allows its part by itself.',
      kind: 'gauge',
      values: [{ labels: { over: sharing.kind }, value: Number(sharing.isUp) }],
    },
  ];
}

/** Without what they share, processes limit each by itself: that is seen, and makes nobody unready. */
export function partOfLimits({ kind, isUp, processes }: QuotaSharing): Health['parts'] {
  if (kind === 'none') return [];
  const apart = `away: this process allows 1/${processes} of each limit by itself`;
  return [{ name: 'limits', isUp, detail: isUp ? `shared over ${kind}` : `${kind} is ${apart}` }];
}

const MOST_PROJECTS = 200;

/** What models took today, and may take. */
export async function budgetFigures(
  projects: readonly Project[],
  budgets: Pick<TokenBudgets, 'limitOf' | 'uses'>,
): Promise<readonly Figure[]> {
  const today = await Promise.all(
    projects.slice(0, MOST_PROJECTS).map(async ({ id, name }) => {
      const [limit, uses] = await Promise.all([budgets.limitOf(id), budgets.uses(id)]);
      return { project: name, limit, use: uses.find(({ scope }) => scope === 'project') };
    }),
  );
  const budgeted = today.filter(({ limit }) => limit !== null);
  return [
    {
      name: 'preheat_tokens_today',
      help: 'Tokens that models took since midnight UTC, and those that calls under way have set aside.',
      kind: 'gauge',
      values: today.flatMap(({ project, use }) => [
        { labels: { project, state: 'spent' }, value: use?.spent ?? 0 },
        { labels: { project, state: 'reserved' }, value: use?.reserved ?? 0 },
      ]),
    },
    {
      name: 'preheat_token_budget',
      help: 'Tokens that models may take in a day, where there is a budget.',
      kind: 'gauge',
      values: budgeted.map(({ project, limit }) => ({ labels: { project }, value: limit ?? 0 })),
    },
  ];
}
