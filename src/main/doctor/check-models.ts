import { NO_TRACER } from '#adapters/tracer/none/no-tracer.ts';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { ModelFault } from '#domain/model-fault.ts';
import type { ModelChoice } from '#domain/project-settings.ts';
import type { Embedder, LanguageModel, TextSink } from '#ports/model.ts';
import type { Check } from './check-installation.ts';
import type { Config } from '../config.ts';
import { Models } from '../open/open-models.ts';

const MOST_MS = 60_000;
const UNHEARD: TextSink = { write: () => {}, restart: () => {} };

/** Calls each model that the settings name, with a few words, as a server would. Built-in ones need no look. */
export async function checkModels(config: Config): Promise<Check[]> {
  const models = new Models(config, new LexicalEmbedder(), NO_TRACER);
  const judge = models.judge();
  const judged = judge === null ? [] : [checkWriter('Judge', 'PREHEAT_JUDGE', judge)];
  return Promise.all([checkGenerator(config, models), checkEmbedder(config, models), ...judged]);
}

/** A model that a project chose for itself. */
export interface ChosenModel {
  readonly project: string;
  readonly role: 'generator' | 'embedder';
  readonly choice: ModelChoice;
}

/** Calls what projects chose, each model once: as their server would, with the keys that these settings hold. */
export async function checkChosenModels(config: Config, chosen: readonly ChosenModel[]): Promise<Check[]> {
  const models = new Models(config, new LexicalEmbedder(), NO_TRACER);
  const once = new Map(chosen.map((each) => [JSON.stringify([each.role, each.choice]), each]));
  const checks = await Promise.all([...once.values()].map((each) => checkChosen(models, each)));
  return checks.filter((check) => check !== null);
}

async function checkChosen(models: Models, { project, role, choice }: ChosenModel): Promise<Check | null> {
  const { keyName } = choice;
  const name = role === 'generator' ? 'Generator' : 'Embedder';
  const check = await checkChoice(models, { name: `${name} of ${project}`, role, choice });
  if (check === null || check.state === 'ok') return check;
  const key = keyName === null ? '' : `, or ${keyName} in the environment of the server and of this shell`;
  const set = `preheat projects set ${project} ${role}.model=…`;
  return { ...check, remedy: `Correct it on the page Project, or with ${set}${key}.` };
}

/** Null: it is built in. */
async function checkChoice(
  models: Models,
  { name, role, choice }: Pick<ChosenModel, 'role' | 'choice'> & { readonly name: string },
): Promise<Check | null> {
  if (role === 'generator') {
    const model = models.languageModel(choice);
    return model === null ? null : checkWriter(name, '', model);
  }
  return choice.model === 'lexical' ? null : checkVectors(name, '', models.embedder(choice).embedder);
}

async function checkGenerator(config: Config, models: Models): Promise<Check> {
  const model = models.languageModel(null);
  if (model === null) return ok('Generator', `${config.PREHEAT_GENERATOR}, built in`);
  return checkWriter('Generator', 'PREHEAT_GENERATOR', model);
}

function checkWriter(name: string, setting: string, model: LanguageModel): Promise<Check> {
  const prompt = { instructions: 'Answer with one word.', material: 'Say: ready' };
  return look(name, setting, async (signal) => {
    const { usage } = await model.write(prompt, signal, UNHEARD);
    const tokens = usage.inputTokens + usage.outputTokens;
    return `${model.name} answers${tokens === 0 ? ', and does not count tokens' : ` (${tokens} tokens)`}`;
  });
}

async function checkEmbedder(config: Config, models: Models): Promise<Check> {
  const name = 'Embedder';
  if (config.PREHEAT_EMBEDDER === 'lexical') return ok(name, 'lexical, built in');
  return checkVectors(name, 'PREHEAT_EMBEDDER', models.embedder(null).embedder);
}

function checkVectors(name: string, setting: string, embedder: Embedder): Promise<Check> {
  return look(name, setting, async (signal) => {
    const [first, second] = await embedder.embed(['ready', 'steady'], signal);
    const isSame = first !== undefined && first.every((value, at) => value === second?.[at]);
    if (isSame) throw new Error('it gives the same vector for different texts');
    return `${embedder.name} gives ${first?.length ?? 0} dimensions`;
  });
}

async function look(
  name: string,
  setting: string,
  call: (signal: AbortSignal) => Promise<string>,
): Promise<Check> {
  const begin = performance.now();
  try {
    const detail = await call(AbortSignal.timeout(MOST_MS));
    return ok(name, `${detail}, in ${Math.round(performance.now() - begin)} ms`);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const code = error instanceof ModelFault ? error.code : '';
    return { name, state: 'fail', detail, remedy: remedyOf(code, setting) };
  }
}

function remedyOf(code: string, setting: string): string {
  switch (code) {
    case 'model_key_refused':
      return `Set ${setting}_KEY, or the provider's own key (OPENAI_API_KEY, GOOGLE_GENERATIVE_AI_API_KEY).`;
    case 'model_missing':
      return `Correct the name in ${setting}, or make the model available there.`;
    case 'model_unreachable':
    case 'model_timed_out':
      return `Is it running, and is ${setting}_URL its address? An OpenAI-compatible one usually ends in /v1.`;
    case 'model_dimensions':
      return 'Set PREHEAT_EMBEDDER_DIMENSIONS to what the model gives, or to 0.';
    case 'model_package_missing':
      return 'Install the package, or choose another embedder.';
    case 'model_limited':
      return 'Wait, or ask the provider for a higher limit.';
    default:
      return `Look into the log of the model's server; check ${setting} and ${setting}_URL.`;
  }
}

function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, remedy: null };
}
