import { ModelFault } from '#domain/model-fault.ts';
import type { ProjectSettings } from '#domain/project-settings.ts';
import type { Embedder } from '#ports/model.ts';
import type { EmbedderStore, ServingEmbedder } from '#ports/store/embedders.ts';
import type { ProjectStore } from '#ports/store/projects.ts';

/** An embedder, and how another process, or this one later, would reach it. */
export interface OpenEmbedder {
  readonly embedder: Embedder;
  readonly reach: string | null;
}

export interface ProjectEmbedderDeps {
  readonly store: {
    readonly embedders: Pick<EmbedderStore, 'serving' | 'serve'>;
    readonly projects: Pick<ProjectStore, 'settings'>;
  };
  /** What the settings name. */
  readonly choose: (settings: ProjectSettings) => OpenEmbedder;
  /** One that served before; null when this process cannot make it. */
  readonly reopen: (serving: ServingEmbedder) => Embedder | null;
}

/** Which embedder a project's index was made with, and which one its settings want. */
export class ProjectEmbedders {
  readonly #deps: ProjectEmbedderDeps;

  constructor(deps: ProjectEmbedderDeps) {
    this.#deps = deps;
  }

  async wanted(projectId: number): Promise<OpenEmbedder> {
    const { settings } = await this.#deps.store.projects.settings(projectId);
    return this.#deps.choose(settings);
  }

  /**
   * The one that embeds questions. To be read after a corpus version: while that stands, so does this. While another
   * one is wanted and this one fails, questions are answered by words alone: it may be why it is replaced.
   */
  async forQuestions(projectId: number): Promise<Embedder> {
    const wanted = await this.wanted(projectId);
    const serving = await this.#deps.store.embedders.serving(projectId);
    if (serving === null || serving.name === wanted.embedder.name) return wanted.embedder;
    return whileItLasts(serving.name, this.#deps.reopen(serving));
  }

  /** The one that embeds what is added to the index. A project that has none yet gets the one that is wanted. */
  async forPassages(projectId: number): Promise<Embedder> {
    const wanted = await this.wanted(projectId);
    const name = wanted.embedder.name;
    let serving = await this.#deps.store.embedders.serving(projectId);
    if (serving === null) {
      await this.#deps.store.embedders.serve(projectId, { name, reach: wanted.reach });
      serving = await this.#deps.store.embedders.serving(projectId);
    }
    if (serving === null || serving.name === name) return wanted.embedder;
    const before = this.#deps.reopen(serving);
    if (before !== null) return before;
    const message = `The index was made with ${serving.name}, which this server does not have, and is being made anew with ${name}: files wait until that is done.`;
    throw new ModelFault('unavailable', 'model_replaced', message, { retryAfterSeconds: 30 });
  }
}

/** Words alone where it is not there, or fails. */
function whileItLasts(name: string, embedder: Embedder | null): Embedder {
  const reckon = embedder?.reckon?.bind(embedder);
  return {
    name,
    dimensions: embedder?.dimensions ?? null,
    ...(embedder?.weight === undefined ? {} : { weight: embedder.weight }),
    ...(embedder?.sameFrom === undefined ? {} : { sameFrom: embedder.sameFrom }),
    ...(reckon === undefined ? {} : { reckon }),
    async embed(texts, signal, options) {
      try {
        if (embedder !== null) return await embedder.embed(texts, signal, options);
      } catch (error) {
        if (!(error instanceof ModelFault)) throw error;
      }
      return texts.map(() => new Float32Array());
    },
  };
}
