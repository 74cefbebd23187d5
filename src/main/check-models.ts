import { NO_TRACER } from '#adapters/tracer/none/no-tracer.ts';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { ModelFault } from '#domain/model-fault.ts';
import type { LanguageModel, TextSink } from '#ports/model.ts';
import type { Check } from './check-installation.ts';
import type { Config } from './config.ts';
import { Models } from './open-models.ts';

const MOST_MS = 60_000;
const UNHEARD: TextSink = { write: () => {}, restart: () => {} };

/** Calls each model that the settings name, with a few words, as a server would. Built-in ones need no look. */
export async function checkModels(config: Config): Promise<Check[]> {
  const models = new Models(config, new LexicalEmbedder(), NO_TRACER);
  const judge = models.judge();
  const judged = judge === null ? [] : [checkWriter('Judge', 'PREHEAT_JUDGE', judge)];
  return Promise.all([checkGenerator(config, models), checkEmbedder(config, models), ...judged]);
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
  const { embedder } = models.embedder(null);
  return look(name, 'PREHEAT_EMBEDDER', async (signal) => {
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
