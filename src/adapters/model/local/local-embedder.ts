import { Fault } from '#domain/fault.ts';
import { ModelFault } from '#domain/model-fault.ts';
import type { Embedder } from '#ports/model.ts';

/** The part of @huggingface/transformers that is used. It is no dependency of ours: half a gigabyte, for few. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: 'feature-extraction', model: string): Promise<Extract>;
}

type Extract = (
  texts: readonly string[],
  options: { readonly pooling: 'mean'; readonly normalize: true },
) => Promise<{ tolist(): number[][] }>;

const PACKAGE = '@huggingface/transformers';

/** Texts that are embedded at once: memory grows with the longest of them. */
const GROUP = 16;

/** An embedding model that runs in this process, from files in a folder; nothing is fetched from the network. */
export class LocalEmbedder implements Embedder {
  readonly name: string;
  readonly #model: string;
  readonly #folder: string;
  readonly #load: () => Promise<unknown>;
  #dimensions: number | null = null;
  #extract: Promise<Extract> | null = null;

  /** @param load another way to the package, where it is not installed beside us */
  constructor(model: string, folder: string, load: () => Promise<unknown> = () => import(PACKAGE)) {
    this.name = `local:${model}`;
    this.#model = model;
    this.#folder = folder;
    this.#load = load;
  }

  get dimensions(): number | null {
    return this.#dimensions;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    this.#extract ??= this.#open();
    const extract = await this.#extract.catch((error: unknown) => {
      // It may be installed, or its files put there, while the server runs.
      this.#extract = null;
      throw error;
    });
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += GROUP) {
      signal.throwIfAborted();
      const rows = (
        await extract(texts.slice(from, from + GROUP), { pooling: 'mean', normalize: true })
      ).tolist();
      vectors.push(...rows.map((row) => Float32Array.from(row)));
    }
    this.#dimensions ??= vectors[0]?.length ?? null;
    return vectors;
  }

  async #open(): Promise<Extract> {
    const transformers = (await this.#load().catch(missing)) as Transformers;
    const { env } = transformers;
    env.allowRemoteModels = false;
    env.localModelPath = this.#folder;
    try {
      return await transformers.pipeline('feature-extraction', this.#model);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `The model ${this.#model} cannot be loaded from ${this.#folder}: ${why.slice(0, 300)}. Put its files there, as they are on huggingface.co: config.json, tokenizer.json, onnx/model.onnx.`;
      throw new ModelFault('unavailable', 'model_missing', message, { retryAfterSeconds: 60, cause });
    }
  }
}

function missing(cause: unknown): never {
  const isAbsent = (cause as { readonly code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
  if (!isAbsent)
    throw new Fault('internal', 'local_models_broken', `${PACKAGE} cannot be loaded.`, { cause });
  const message = `Local models need the package ${PACKAGE}, which is not installed. Install it beside Preheat:  npm install ${PACKAGE}`;
  throw new ModelFault('unavailable', 'model_package_missing', message, { retryAfterSeconds: 60, cause });
}
