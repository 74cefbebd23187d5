import { LIMIT_SCOPES, readRates, showRate } from '#domain/quota.ts';
import type { LimitScope, Rate, Rates } from '#domain/quota.ts';

type Shown = readonly string[] | null;

/** Texts that were checked by their schema. */
export function ratesOf(shown: Shown): readonly Rate[] | null {
  return shown === null ? null : (readRates(shown.join(',')) ?? []);
}

export function chosenRatesOf(shown: Readonly<Record<LimitScope, Shown>> | null): Rates | null {
  if (shown === null) return null;
  const { key, user, project, ip } = shown;
  return { key: ratesOf(key), user: ratesOf(user), project: ratesOf(project), ip: ratesOf(ip) };
}

export function presentRates<T extends readonly Rate[] | null>(
  rates: Readonly<Record<LimitScope, T>>,
): Record<LimitScope, T extends null ? string[] | null : string[]> {
  const entries = LIMIT_SCOPES.map((scope) => [scope, rates[scope]?.map(showRate) ?? null]);
  return Object.fromEntries(entries) as Record<LimitScope, T extends null ? string[] | null : string[]>;
}
