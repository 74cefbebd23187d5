import type { ChangeProject, ProjectDetail } from '#sdk/index.ts';
import { readRates, showRates } from '../../text/rates.ts';

/** The settings as they stand in the form; an empty field leaves the choice to the server. */
export interface Draft {
  readonly model: string;
  readonly embedder: string;
  readonly embedderUrl: string;
  readonly baseUrl: string;
  readonly keyName: string;
  readonly inputPrice: string | number;
  readonly outputPrice: string | number;
  readonly fallback: 'server' | 'extractive' | 'none';
  readonly stale: 'wait' | 'serve';
  readonly rewarmTokens: string | number;
  readonly warmsMisses: boolean;
  readonly product: string;
  readonly project: string;
  readonly answers: string;
  readonly projectRates: string;
  readonly keyRates: string;
  readonly userRates: string;
  readonly ipRates: string;
  readonly tokensPerDay: string | number;
  readonly preset: 'server' | 'gentle' | 'normal' | 'eager';
  readonly capPending: string | number;
  readonly capConcurrency: string | number;
  readonly capCachedMib: string | number;
  readonly capDocuments: string | number;
  readonly alertDeadLetters: string | number;
  readonly alertBacklog: string | number;
  readonly alertHitPercent: string | number;
  readonly alertBudgetPercent: string | number;
}

export function draftOf({ settings }: ProjectDetail): Draft {
  const { generator, embedder, prompts, fallback, rates, catalogue } = settings;
  return {
    ...generatorDraft(generator),
    embedder: embedder?.model ?? '',
    embedderUrl: embedder?.baseUrl ?? '',
    fallback: fallback ?? 'server',
    ...freshnessDraft(settings),
    product: prompts.product ?? '',
    project: prompts.project ?? '',
    answers: prompts.workloads.answers ?? '',
    ...ratesDraft(rates),
    tokensPerDay: settings.tokensPerDay ?? '',
    preset: catalogue?.preset ?? 'server',
    ...capsDraft(settings.caps),
    ...alertsDraft(settings.alerts),
  };
}

function freshnessDraft({ stale, rewarm }: ProjectDetail['settings']) {
  return {
    stale: stale ?? 'wait',
    rewarmTokens: rewarm?.tokensPerDay ?? '',
    warmsMisses: rewarm?.warmsMisses === true,
  };
}

const NO_CAPS = { pending: null, concurrency: null, cachedBytes: null, documents: null };
const MIB = 2 ** 20;

function capsDraft(chosen: ProjectDetail['settings']['caps']) {
  const { pending, concurrency, cachedBytes, documents } = chosen ?? NO_CAPS;
  return {
    capPending: pending ?? '',
    capConcurrency: concurrency ?? '',
    capCachedMib: cachedBytes === null ? '' : cachedBytes / MIB,
    capDocuments: documents ?? '',
  };
}

function alertsDraft(chosen: ProjectDetail['settings']['alerts']) {
  return {
    alertDeadLetters: chosen?.deadLetters ?? '',
    alertBacklog: chosen?.backlog ?? '',
    alertHitPercent: chosen?.hitPercent ?? '',
    alertBudgetPercent: chosen?.budgetPercent ?? '',
  };
}

const NO_RATES = { project: null, key: null, user: null, ip: null };

function ratesDraft(chosen: ProjectDetail['settings']['rates']) {
  const { project, key, user, ip } = chosen ?? NO_RATES;
  return {
    projectRates: showRates(project),
    keyRates: showRates(key),
    userRates: showRates(user),
    ipRates: showRates(ip),
  };
}

function generatorDraft(generator: ProjectDetail['settings']['generator']) {
  if (generator === null) return { model: '', baseUrl: '', keyName: '', inputPrice: '', outputPrice: '' };
  return {
    model: generator.model,
    baseUrl: generator.baseUrl ?? '',
    keyName: generator.keyName ?? '',
    inputPrice: generator.inputPrice ?? '',
    outputPrice: generator.outputPrice ?? '',
  };
}

/** @param before what the form does not show of the generator stays as it was */
export function changesOf(draft: Draft, before: ProjectDetail): ChangeProject {
  return {
    generator: generatorOf(draft, before),
    embedder: embedderOf(draft, before),
    fallback: draft.fallback === 'server' ? null : draft.fallback,
    stale: draft.stale === 'wait' ? null : draft.stale,
    rewarm: rewarmOf(draft),
    rates: ratesOf(draft),
    catalogue: draft.preset === 'server' ? null : { preset: draft.preset },
    caps: capsOf(draft),
    alerts: alertsOf(draft),
    tokensPerDay: numberOrNull(draft.tokensPerDay),
    prompts: {
      product: textOrNull(draft.product),
      project: textOrNull(draft.project),
      workloads: { answers: textOrNull(draft.answers) },
    },
  };
}

function rewarmOf({ rewarmTokens, warmsMisses }: Draft): ChangeProject['rewarm'] {
  const tokensPerDay = numberOrNull(rewarmTokens);
  return tokensPerDay === null && !warmsMisses ? null : { tokensPerDay, warmsMisses };
}

function capsOf(draft: Draft): ChangeProject['caps'] {
  const caps = {
    pending: numberOrNull(draft.capPending),
    concurrency: numberOrNull(draft.capConcurrency),
    cachedBytes: draft.capCachedMib === '' ? null : Math.round(Number(draft.capCachedMib) * MIB),
    documents: numberOrNull(draft.capDocuments),
  };
  return Object.values(caps).every((each) => each === null) ? null : caps;
}

function alertsOf(draft: Draft): ChangeProject['alerts'] {
  const alerts = {
    deadLetters: numberOrNull(draft.alertDeadLetters),
    backlog: numberOrNull(draft.alertBacklog),
    hitPercent: numberOrNull(draft.alertHitPercent),
    budgetPercent: numberOrNull(draft.alertBudgetPercent),
  };
  return Object.values(alerts).every((each) => each === null) ? null : alerts;
}

function numberOrNull(value: string | number): number | null {
  return value === '' ? null : Number(value);
}

function ratesOf(draft: Draft): ChangeProject['rates'] {
  const rates = {
    project: readRates(draft.projectRates),
    key: readRates(draft.keyRates),
    user: readRates(draft.userRates),
    ip: readRates(draft.ipRates),
  };
  return Object.values(rates).every((each) => each === null) ? null : rates;
}

function generatorOf(draft: Draft, { settings }: ProjectDetail): ChangeProject['generator'] {
  const model = draft.model.trim();
  if (model === '') return null;
  return {
    ...settings.generator,
    model,
    baseUrl: textOrNull(draft.baseUrl),
    keyName: textOrNull(draft.keyName),
    inputPrice: draft.inputPrice === '' ? null : Number(draft.inputPrice),
    outputPrice: draft.outputPrice === '' ? null : Number(draft.outputPrice),
  };
}

function embedderOf(draft: Draft, { settings }: ProjectDetail): ChangeProject['embedder'] {
  const model = draft.embedder.trim();
  return model === '' ? null : { ...settings.embedder, model, baseUrl: textOrNull(draft.embedderUrl) };
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
