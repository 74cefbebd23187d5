/** A model outside this process, and how it is reached and treated. */
export interface ModelConnection {
  /** `openai` stands for every server that speaks like OpenAI's: Ollama, vLLM, llama.cpp, TEI. */
  readonly provider: 'openai' | 'google';
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** How long it may be silent: before its first word, or between two. */
  readonly timeoutMs: number;
  /** Calls at once from this process. */
  readonly concurrency: number;
  /** Wait before the second try; doubles for the third. */
  readonly retryBaseMs: number;
  /** How long a model that failed too often is left alone. */
  readonly restMs: number;
}

export const RESILIENCE_DEFAULTS = { retryBaseMs: 500, restMs: 15_000 };

/** Where it is, for people; no key stands in an address that a person should see. */
export function hostOf({ baseUrl }: Pick<ModelConnection, 'baseUrl'>): string {
  try {
    return new URL(baseUrl).host;
  } catch {
    return 'an unreadable address';
  }
}
