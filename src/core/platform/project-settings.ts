import type { SettingsChanges, SettingsView } from './settings-view.ts';
import { PRODUCT_PROMPT } from '#core/answers/prompt.ts';
import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import type { Project } from '#domain/project.ts';
import { MAX_PROMPT_CHARACTERS, readModel } from '#domain/project-settings.ts';
import type { Fallback, ModelChoice, ProjectSettings } from '#domain/project-settings.ts';
import { thresholdsInForce } from '#domain/alert-thresholds.ts';
import type { ThresholdsInForce } from '#domain/alert-thresholds.ts';
import { capOf } from '#domain/caps.ts';
import type { CapName, Caps } from '#domain/caps.ts';
import type { LimitScope, Rate } from '#domain/quota.ts';
import type { ProjectStore } from '#ports/store/projects.ts';

export interface SettingsDeps {
  readonly projects: Pick<ProjectStore, 'settings' | 'saveSettings'>;
  /** What the server has where a project chose nothing. */
  readonly defaults: {
    readonly generator: string;
    readonly fallback: Fallback;
    readonly rewarmTokensPerDay: number;
    readonly rates: SettingsView['rates'];
    readonly caps: Readonly<Record<CapName, number>>;
    readonly alerts: ThresholdsInForce;
  };
  /** Tokens that went into keeping a project warm in the last 24 hours. */
  readonly spentOnRewarm: (projectId: number) => Promise<number>;
  readonly tokens: (projectId: number) => Promise<SettingsView['tokens']>;
  /** The embedder whose vectors a project's index holds, and the one that its settings want. */
  readonly embedder: (projectId: number) => Promise<SettingsView['embedder']>;
  readonly hasKey: (name: string) => boolean;
  readonly onChanged: (projectId: number) => void;
}

/** Two changes at once: the second takes the first up. More than that is a loop somewhere. */
const MAX_TRIES = 5;

const PROVIDERS = {
  generator: { builtIn: 'extractive', remote: ['openai', 'google'] },
  embedder: { builtIn: 'lexical', remote: ['openai', 'google', 'local'] },
} as const;

export async function viewSettings(deps: SettingsDeps, project: Project): Promise<SettingsView> {
  const [{ settings }, embedder, tokensSpent, tokens] = await Promise.all([
    deps.projects.settings(project.id),
    deps.embedder(project.id),
    deps.spentOnRewarm(project.id),
    deps.tokens(project.id),
  ]);
  return {
    settings,
    generator: settings.generator?.model ?? deps.defaults.generator,
    embedder,
    fallback: settings.fallback ?? deps.defaults.fallback,
    stale: settings.stale ?? 'wait',
    rewarm: {
      tokensPerDay: settings.rewarm?.tokensPerDay ?? deps.defaults.rewarmTokensPerDay,
      tokensSpent,
      warmsMisses: settings.rewarm?.warmsMisses === true,
    },
    rates: ratesInForce(settings.rates, deps.defaults.rates),
    tokens,
    caps: capsInForce(settings.caps, deps.defaults.caps),
    alerts: thresholdsInForce(settings.alerts, deps.defaults.alerts),
    productPrompt: PRODUCT_PROMPT,
  };
}

/**
 * Puts the named parts in place of what was there.
 *
 * @throws Fault invalid `bad_project_settings`; conflict `settings_changed`
 */
export async function changeSettings(
  deps: SettingsDeps,
  project: Project,
  changes: SettingsChanges,
): Promise<SettingsView> {
  const problems = problemsOf(deps, changes);
  if (problems.length > 0) {
    throw new Fault('invalid', 'bad_project_settings', 'The settings were not changed.', { problems });
  }
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { settings, version } = await deps.projects.settings(project.id);
    if (await deps.projects.saveSettings(project.id, { settings: merged(settings, changes), version })) {
      deps.onChanged(project.id);
      return viewSettings(deps, project);
    }
  }
  throw new Fault(
    'conflict',
    'settings_changed',
    'Somebody else is changing these settings: look at them and try again.',
  );
}

function capsInForce(chosen: ProjectSettings['caps'], standard: Readonly<Record<CapName, number>>): Caps {
  const of = (name: CapName): number | null => capOf(chosen, standard, name);
  return {
    pending: of('pending'),
    concurrency: of('concurrency'),
    cachedBytes: of('cachedBytes'),
    documents: of('documents'),
  };
}

function ratesInForce(
  chosen: ProjectSettings['rates'],
  standard: SettingsView['rates'],
): SettingsView['rates'] {
  const of = (scope: LimitScope): readonly Rate[] => chosen?.[scope] ?? standard[scope];
  return { key: of('key'), user: of('user'), project: of('project'), ip: of('ip') };
}

function merged(settings: ProjectSettings, { prompts, ...changes }: SettingsChanges): ProjectSettings {
  const { workloads, ...layers } = prompts ?? {};
  return {
    ...settings,
    ...changes,
    prompts: {
      ...settings.prompts,
      ...layers,
      workloads: { ...settings.prompts.workloads, ...workloads },
    },
  };
}

function problemsOf(deps: SettingsDeps, changes: SettingsChanges): Problem[] {
  const { prompts } = changes;
  return [
    ...problemsOfModel(deps, 'generator', changes.generator),
    ...problemsOfModel(deps, 'embedder', changes.embedder),
    ...problemsOfPrompt('prompts.product', prompts?.product),
    ...problemsOfPrompt('prompts.project', prompts?.project),
    ...problemsOfPrompt('prompts.workloads.answers', prompts?.workloads?.answers),
  ];
}

function problemsOfModel(
  deps: SettingsDeps,
  role: keyof typeof PROVIDERS,
  choice: ModelChoice | null | undefined,
): Problem[] {
  if (choice === null || choice === undefined) return [];
  const { builtIn, remote } = PROVIDERS[role];
  const named = readModel(choice.model);
  const isKnown =
    choice.model === builtIn ||
    (named !== null && named.model !== '' && (remote as readonly string[]).includes(named.provider));
  const forms = [builtIn, ...remote.map((provider) => `${provider}:<model>`)].join(', ');
  const problems: Problem[] = [];
  if (!isKnown) problems.push({ field: `${role}.model`, message: `must be one of ${forms}` });
  if (choice.keyName !== null && !deps.hasKey(choice.keyName)) {
    problems.push({
      field: `${role}.keyName`,
      message: `names ${choice.keyName}, which the server does not have: set it in its environment and restart it`,
    });
  }
  return problems;
}

function problemsOfPrompt(field: string, text: string | null | undefined): Problem[] {
  if (typeof text !== 'string' || text.length <= MAX_PROMPT_CHARACTERS) return [];
  return [{ field, message: `has ${text.length} characters; at most ${MAX_PROMPT_CHARACTERS} are allowed` }];
}
