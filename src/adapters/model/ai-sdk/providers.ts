import type { EmbeddingModel, LanguageModel } from 'ai';
import type { ModelConnection } from './connection.ts';

/** Keys go to the address that was set, and nowhere else. */
const fetchHere: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });

export async function openLanguageModel(connection: ModelConnection): Promise<LanguageModel> {
  const { provider, model } = connection;
  return provider === 'google'
    ? (await openGoogle(connection)).languageModel(model)
    : (await openCompatible(connection)).chatModel(model);
}

export async function openEmbeddingModel(connection: ModelConnection): Promise<EmbeddingModel> {
  const { provider, model } = connection;
  return provider === 'google'
    ? (await openGoogle(connection)).embeddingModel(model)
    : (await openCompatible(connection)).embeddingModel(model);
}

/** Loaded with the first call: whoever uses built-in models never pays for them. */
async function openGoogle({ baseUrl, apiKey }: ModelConnection) {
  const { createGoogle } = await import('@ai-sdk/google');
  return createGoogle({ baseURL: baseUrl, apiKey: apiKey ?? '', fetch: fetchHere });
}

async function openCompatible({ baseUrl, apiKey }: ModelConnection) {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    name: 'openai',
    baseURL: baseUrl,
    fetch: fetchHere,
    includeUsage: true,
    ...(apiKey === null ? {} : { apiKey }),
    ...(isOpenAi(baseUrl) ? { transformRequestBody: asOpenAiWants } : {}),
  });
}

/** OpenAI's own newer models refuse the old name of the limit; other servers may not know the new one. */
function asOpenAiWants({ max_tokens: most, ...body }: Record<string, unknown>): Record<string, unknown> {
  return most === undefined ? body : { ...body, max_completion_tokens: most };
}

function isOpenAi(baseUrl: string): boolean {
  return URL.parse(baseUrl)?.hostname === 'api.openai.com';
}
