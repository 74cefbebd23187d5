import type { SettingsChanges, SettingsView } from '#core/platform/settings-view.ts';
import type { Project } from '#domain/project.ts';
import type { z } from 'zod';
import type * as wire from '#wire/index.ts';
import { chosenRatesOf, presentRates } from './rates.ts';
import { presentProject } from './system.ts';

export function presentProjectDetail(project: Project, view: SettingsView): wire.ProjectDetail {
  const { generator, embedder, prompts, fallback, stale, rewarm, tokensPerDay, catalogue, caps, alerts } =
    view.settings;
  const rates = view.settings.rates === null ? null : presentRates(view.settings.rates);
  return {
    ...presentProject(project),
    settings: {
      generator,
      embedder,
      prompts,
      fallback,
      stale,
      rewarm,
      rates,
      tokensPerDay,
      catalogue,
      caps,
      alerts,
    },
    effective: {
      generator: view.generator,
      embedder: view.embedder,
      fallback: view.fallback,
      stale: view.stale,
      rewarm: view.rewarm,
      rates: presentRates(view.rates),
      tokens: view.tokens,
      caps: view.caps,
      alerts: view.alerts,
      productPrompt: view.productPrompt,
    },
  };
}

/** Absent stays absent, which means no change. */
export function readChanges({
  rates,
  prompts,
  ...others
}: z.output<typeof wire.ChangeProject>): SettingsChanges {
  const { product, project, workloads } = prompts ?? {};
  return {
    ...given(others),
    ...(rates === undefined ? {} : { rates: chosenRatesOf(rates) }),
    prompts: {
      ...given({ product, project }),
      workloads: given({ answers: workloads?.answers }),
    },
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** What is there of it. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
