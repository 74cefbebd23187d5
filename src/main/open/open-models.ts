import { join } from 'node:path';
import { AiSdkEmbedder } from '#adapters/model/ai-sdk/ai-sdk-embedder.ts';
import { AiSdkLanguageModel } from '#adapters/model/ai-sdk/ai-sdk-language-model.ts';
import type { ModelConnection } from '#adapters/model/ai-sdk/connection.ts';
import { RESILIENCE_DEFAULTS } from '#adapters/model/ai-sdk/connection.ts';
import { ExtractiveGenerator } from '#adapters/model/extractive/extractive-generator.ts';
import { meaningOf } from '#adapters/model/lexical/concepts.ts';
import { TracedEmbedder } from '#adapters/model/traced/traced-embedder.ts';
import { TracedLanguageModel } from '#adapters/model/traced/traced-language-model.ts';
import { LocalEmbedder } from '#adapters/model/local/local-embedder.ts';
import { promptedGenerator } from '#core/answers/prompted-generator.ts';
import type { ChooseGenerators } from '#core/answers/answer-profiles.ts';
import type { OpenEmbedder } from '#core/documents/project-embedders.ts';
import { readModel } from '#domain/project-settings.ts';
import type { ModelChoice } from '#domain/project-settings.ts';
import type { Embedder, LanguageModel, ModelState } from '#ports/model.ts';
import type { ServingEmbedder } from '#ports/store/embedders.ts';
import type { Tracer } from '#ports/tracer.ts';
import type { Config } from '../config.ts';

const ADDRESSES = {
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
} as const;

type Role = ModelState['role'];

/** A model that is reached over the network, and can say how it does. */
interface Remote {
  state(): Omit<ModelState, 'role'>;
}

/**
 * The models that the settings name, each opened once: what two projects share, they share with its limits and its
 * breaker. Nothing is loaded before the first call.
 */
export class Models {
  readonly #config: Config;
  readonly #extractive = new ExtractiveGenerator(meaningOf);
  readonly #lexical: Embedder;
  readonly #tracer: Tracer;
  readonly #writers = new Map<string, LanguageModel>();
  readonly #embedders = new Map<string, Embedder>();
  readonly #remote: { readonly role: ModelState['role']; readonly model: Remote }[] = [];

  /** @param lexical the built-in embedder */
  constructor(config: Config, lexical: Embedder, tracer: Tracer) {
    this.#config = config;
    this.#tracer = tracer;
    this.#lexical = lexical;
  }

  /** What answers for a project. */
  readonly choose: ChooseGenerators = (settings) => {
    const model = this.languageModel(settings.generator);
    if (model === null) return { generator: this.#extractive, standIn: null };
    const fallback = settings.fallback ?? this.#config.PREHEAT_FALLBACK;
    return {
      generator: promptedGenerator(model, settings.prompts),
      standIn: fallback === 'extractive' ? this.#extractive : null,
    };
  };

  /** null: the built-in generator, which needs none. */
  languageModel(choice: ModelChoice | null): LanguageModel | null {
    const config = this.#config;
    const named = readModel(choice?.model ?? config.PREHEAT_GENERATOR);
    if (named === null || !isRemote(named.provider)) return null;
    const { provider, model } = named;
    const connection = this.#connectionFor('generator', { provider, model }, choice);
    return this.#writer('generator', { ...connection, ...priceOf(config, choice) });
  }

  /** null: nobody judges. */
  judge(): LanguageModel | null {
    const named = readModel(this.#config.PREHEAT_JUDGE);
    if (named === null || !isRemote(named.provider)) return null;
    const { provider, model } = named;
    const connection = this.#connectionFor('judge', { provider, model }, null);
    return this.#writer('judge', { ...connection, inputPrice: null, outputPrice: null });
  }

  #writer(
    role: 'generator' | 'judge',
    way: ModelConnection & { readonly inputPrice: number | null; readonly outputPrice: number | null },
  ): LanguageModel {
    const settings = { ...way, maxOutputTokens: this.#config.PREHEAT_GENERATOR_MAX_TOKENS };
    return once(this.#writers, JSON.stringify([role, settings]), () => {
      const model = this.#listed(role, new AiSdkLanguageModel(settings));
      return this.#tracer.isOn ? new TracedLanguageModel(model, this.#tracer) : model;
    });
  }

  embedder(choice: ModelChoice | null): OpenEmbedder {
    const config = this.#config;
    const named = readModel(choice?.model ?? config.PREHEAT_EMBEDDER);
    if (named?.provider === 'local') return { embedder: this.#localEmbedder(named.model), reach: null };
    if (named === null || !isRemote(named.provider)) return { embedder: this.#lexical, reach: null };
    const connection = this.#connectionFor(
      'embedder',
      { provider: named.provider, model: named.model },
      choice,
    );
    const shape = shapeOf(config, choice);
    const { provider, model, baseUrl } = connection;
    const reach: Reach = { provider, model, baseUrl, keyName: choice?.keyName ?? null, ...shape };
    return {
      embedder: this.#remoteEmbedder(connection, shape, embedderPriceOf(config, choice)),
      reach: JSON.stringify(reach),
    };
  }

  /** One that an index was made with; null when it was a built-in one that this version does not have. */
  readonly reopen = ({ name, reach }: ServingEmbedder): Embedder | null => {
    if (name === this.#lexical.name) return this.#lexical;
    if (name.startsWith('local:')) return this.#localEmbedder(name.slice('local:'.length));
    if (reach === null) return null;
    const { provider, model, baseUrl, keyName, ...shape } = JSON.parse(reach) as Reach;
    const apiKey =
      keyName === null ? this.#keyFor(provider, baseUrl) : (this.#config.modelKeys[keyName] ?? null);
    const connection = { ...this.#connectionFor('embedder', { provider, model }, null), baseUrl, apiKey };
    // Its price was its project's to say, which wants another one by now.
    return this.#remoteEmbedder(connection, shape, embedderPriceOf(this.#config, null));
  };

  states(): readonly ModelState[] {
    return this.#remote.map(({ role, model }) => ({ role, ...model.state() }));
  }

  #remoteEmbedder(connection: ModelConnection, shape: EmbedderShape, price: number | null): Embedder {
    const settings = { ...connection, ...shape, price, textsPerRequest: this.#config.PREHEAT_EMBEDDER_BATCH };
    return once(this.#embedders, JSON.stringify(settings), () => {
      const model = this.#listed('embedder', new AiSdkEmbedder(settings));
      return this.#tracer.isOn ? new TracedEmbedder(model, this.#tracer) : model;
    });
  }

  /** The server's key, where it belongs to that address. */
  #keyFor(provider: ModelConnection['provider'], baseUrl: string): string | null {
    const ways = [this.#serverWayTo('embedder', provider), this.#sharedWayTo(provider)];
    return ways.find((way) => way.baseUrl === baseUrl)?.apiKey ?? null;
  }

  #localEmbedder(model: string): Embedder {
    const folder = join(this.#config.PREHEAT_DATA, 'models');
    return once(this.#embedders, `local:${model}`, () => new LocalEmbedder(model, folder));
  }

  #listed<M extends Remote>(role: ModelState['role'], model: M): M {
    this.#remote.push({ role, model });
    return model;
  }

  #connectionFor(
    role: Role,
    named: Pick<ModelConnection, 'provider' | 'model'>,
    choice: ModelChoice | null,
  ): ModelConnection {
    const limits = limitsOf(this.#config)[role];
    return {
      ...RESILIENCE_DEFAULTS,
      ...named,
      ...this.#wayTo(role, named.provider, choice),
      timeoutMs: (choice?.timeoutSeconds ?? limits.timeoutSeconds) * 1_000,
      concurrency: choice?.concurrency ?? limits.concurrency,
    };
  }

  /** A project's own address gets the key that the project names, or none: never the server's. */
  #wayTo(
    role: Role,
    provider: ModelConnection['provider'],
    choice: ModelChoice | null,
  ): Pick<ModelConnection, 'baseUrl' | 'apiKey'> {
    const own = this.#serverWayTo(role, provider);
    const named = choice?.keyName ?? null;
    const key = named === null ? null : (this.#config.modelKeys[named] ?? null);
    if (choice === null) return own;
    if (choice.baseUrl !== null) return { baseUrl: choice.baseUrl, apiKey: key };
    return { baseUrl: own.baseUrl, apiKey: named === null ? own.apiKey : key };
  }

  /** A role's own address and key, where the server itself uses that provider for it; else the provider's. */
  #serverWayTo(
    role: Role,
    provider: ModelConnection['provider'],
  ): Pick<ModelConnection, 'baseUrl' | 'apiKey'> {
    const config = this.#config;
    const { model, url, key } = serverChoice(config, role);
    const isOurs = readModel(model)?.provider === provider;
    const shared = this.#sharedWayTo(provider);
    if (!isOurs) return shared;
    // A key that was given for another address does not go to this one.
    const apiKey = key === '' ? (url === '' ? shared.apiKey : null) : key;
    return { baseUrl: url === '' ? shared.baseUrl : url.replace(/\/+$/, ''), apiKey };
  }

  #sharedWayTo(provider: ModelConnection['provider']): Pick<ModelConnection, 'baseUrl' | 'apiKey'> {
    const config = this.#config;
    const [baseUrl, key] =
      provider === 'google'
        ? [ADDRESSES.google, config.GOOGLE_GENERATIVE_AI_API_KEY]
        : [config.OPENAI_BASE_URL === '' ? ADDRESSES.openai : config.OPENAI_BASE_URL, config.OPENAI_API_KEY];
    return { baseUrl: baseUrl.replace(/\/+$/, ''), apiKey: key === '' ? null : key };
  }
}

/** What of an embedder shapes its vectors, beside the model. */
interface EmbedderShape {
  readonly dimensions: number | null;
  readonly questionPrefix: string;
  readonly passagePrefix: string;
}

function shapeOf(config: Config, choice: ModelChoice | null): EmbedderShape {
  if (choice !== null) return { dimensions: choice.dimensions, questionPrefix: '', passagePrefix: '' };
  const {
    PREHEAT_EMBEDDER_DIMENSIONS: dimensions,
    PREHEAT_EMBEDDER_QUESTION_PREFIX: questionPrefix,
    PREHEAT_EMBEDDER_PASSAGE_PREFIX: passagePrefix,
  } = config;
  return { dimensions: dimensions === 0 ? null : dimensions, questionPrefix, passagePrefix };
}

/** How an embedder is reached; it is stored, so it names a key and never holds one. */
interface Reach extends EmbedderShape, Pick<ModelConnection, 'provider' | 'model' | 'baseUrl'> {
  readonly keyName: string | null;
}

function priceOf({ PREHEAT_GENERATOR_PRICE: price }: Config, choice: ModelChoice | null) {
  if (choice !== null) return { inputPrice: choice.inputPrice, outputPrice: choice.outputPrice };
  const [inputPrice = null, outputPrice = null] = price === '' ? [] : price.split('/').map(Number);
  return { inputPrice, outputPrice };
}

function embedderPriceOf({ PREHEAT_EMBEDDER_PRICE: price }: Config, choice: ModelChoice | null) {
  if (choice !== null) return choice.inputPrice;
  return price === '' ? null : Number(price);
}

function isRemote(provider: string): provider is ModelConnection['provider'] {
  return provider === 'openai' || provider === 'google';
}

/** What the server has for a role. */
function serverChoice(config: Config, role: Role) {
  switch (role) {
    case 'generator':
      return {
        model: config.PREHEAT_GENERATOR,
        url: config.PREHEAT_GENERATOR_URL,
        key: config.PREHEAT_GENERATOR_KEY,
      };
    case 'judge':
      return { model: config.PREHEAT_JUDGE, url: config.PREHEAT_JUDGE_URL, key: config.PREHEAT_JUDGE_KEY };
    case 'embedder':
      return {
        model: config.PREHEAT_EMBEDDER,
        url: config.PREHEAT_EMBEDDER_URL,
        key: config.PREHEAT_EMBEDDER_KEY,
      };
  }
}

/** A judge takes its time like a generator, and one call at a time. */
function limitsOf(config: Config) {
  const generator = {
    timeoutSeconds: config.PREHEAT_GENERATOR_TIMEOUT_SECONDS,
    concurrency: config.PREHEAT_GENERATOR_CONCURRENCY,
  };
  const embedder = {
    timeoutSeconds: config.PREHEAT_EMBEDDER_TIMEOUT_SECONDS,
    concurrency: config.PREHEAT_EMBEDDER_CONCURRENCY,
  };
  return { generator, embedder, judge: { ...generator, concurrency: 1 } };
}

function once<T>(kept: Map<string, T>, name: string, open: () => T): T {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const opened = open();
  kept.set(name, opened);
  return opened;
}
