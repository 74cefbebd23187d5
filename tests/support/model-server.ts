import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the next call is answered, in place of the right way. */
export type Mishap =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly message?: string;
    }
  /** The connection breaks after so many pieces of the text. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The stream ends after so many pieces, in good order, and without saying that it is done. */
  | { readonly kind: 'unfinished'; readonly after: number }
  | { readonly kind: 'garbled' }
  /** Nothing comes until the caller gives up. */
  | { readonly kind: 'silent' }
  /** Vectors of another length, or another number of them. */
  | { readonly kind: 'vectors'; readonly vectors: readonly (readonly number[])[] };

export interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

const DIMENSIONS = 8;
const PIECE = 7;

/**
 * A server on loopback that speaks the protocols of OpenAI (chat, streams, embeddings, models) and Gemini
 * (generateContent, streamGenerateContent, embedContent, batchEmbedContents), as their references have them.
 */
export class ModelServer implements AsyncDisposable {
  readonly heard: Heard[] = [];
  readonly mishaps: Mishap[] = [];
  /** What the model says, made of what it was told. */
  reply: (heard: Heard) => string = () => 'Yes [1].';
  /** Waited for before each piece of a stream. */
  beforePiece: (index: number) => Promise<void> | void = () => {};
  /** Waited for before vectors are given. */
  beforeVectors: () => Promise<void> | void = () => {};
  finishReason: 'stop' | 'length' | 'content_filter' = 'stop';
  /** The model asks for a tool, in place of a text. */
  toolCall: { readonly name: string; readonly arguments: string } | null = null;
  /** More texts than this in one request are refused, as TEI does. */
  mostTexts = 2_048;
  /** Calls whose caller hung up before the end. */
  hangUps = 0;
  readonly models = ['small', 'embed-small'];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<ModelServer> {
    const server = createServer();
    const opened = new ModelServer(server);
    server.on('request', (request, response) => {
      opened.#answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return opened;
  }

  get openAiUrl(): string {
    return `${this.#url}/v1`;
  }

  get googleUrl(): string {
    return `${this.#url}/v1beta`;
  }

  get #url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.#url).pathname;
    const body = request.method === 'POST' ? await readJson(request) : {};
    const heard = { path, headers: request.headers, body };
    this.heard.push(heard);
    response.on('close', () => (this.hangUps += response.writableFinished ? 0 : 1));
    const mishap = this.mishaps.shift() ?? null;
    if (mishap?.kind === 'silent') return;
    if (mishap?.kind === 'status') return refuse(response, mishap);
    if (mishap?.kind === 'garbled') return garble(response, heard);
    if (path === '/v1/models') {
      const data = this.models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'us' }));
      return json(response, { object: 'list', data });
    }
    if (!this.models.includes(modelOf(heard))) {
      const message = `The model '${modelOf(heard)}' does not exist`;
      return refuse(response, { kind: 'status', status: 404, message });
    }
    return this.#serve(response, heard, mishap);
  }

  #serve(response: ServerResponse, heard: Heard, mishap: Mishap | null): Promise<void> | void {
    const { path } = heard;
    if (path === '/v1/embeddings') return this.#embedOpenAi(response, heard, mishap);
    if (path === '/v1/chat/completions') return this.#chat(response, heard, mishap);
    if (/:(?:e|batchE)mbedContents?$/.test(path)) return this.#embedGoogle(response, heard, mishap);
    if (/:(?:g|streamG)enerateContent$/.test(path)) return this.#generate(response, heard, mishap);
    return refuse(response, { kind: 'status', status: 404, message: 'There is nothing here' });
  }

  async #chat(response: ServerResponse, heard: Heard, mishap: Mishap | null): Promise<void> {
    const call = this.toolCall;
    const text = call === null ? this.reply(heard) : '';
    const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: heard.body['model'] };
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
    if (heard.body['stream'] !== true) {
      const calls = call === null ? {} : { tool_calls: [{ id: 'call_1', type: 'function', function: call }] };
      const message = { role: 'assistant', content: call === null ? text : null, ...calls };
      const reason = call === null ? this.finishReason : 'tool_calls';
      const choices = [{ index: 0, message, finish_reason: reason }];
      return json(response, { ...head, object: 'chat.completion', choices, usage });
    }
    const chunk = (delta: object, finish_reason: string | null = null): object => ({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason }],
    });
    const isWithUsage = (heard.body['stream_options'] as { include_usage?: boolean } | undefined)
      ?.include_usage;
    await this.#stream(response, mishap, {
      pieces: [
        chunk({ role: 'assistant', content: '' }),
        ...piecesOf(text).map((content) => chunk({ content })),
      ],
      last: [
        ...(call === null ? [] : toolDeltas(call).map((delta) => chunk(delta))),
        chunk({}, call === null ? this.finishReason : 'tool_calls'),
        ...(isWithUsage === true ? [{ ...head, object: 'chat.completion.chunk', choices: [], usage }] : []),
        '[DONE]',
      ],
    });
  }

  async #generate(response: ServerResponse, heard: Heard, mishap: Mishap | null): Promise<void> {
    const text = this.reply(heard);
    const finishReason = { stop: 'STOP', length: 'MAX_TOKENS', content_filter: 'SAFETY' }[this.finishReason];
    const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 };
    const part = (content: string, extra: object = {}): object => ({
      candidates: [{ content: { role: 'model', parts: [{ text: content }] }, index: 0, ...extra }],
      modelVersion: 'small',
    });
    if (!heard.path.includes(':stream'))
      return json(response, { ...part(text, { finishReason }), usageMetadata });
    await this.#stream(response, mishap, {
      pieces: piecesOf(text).map((content) => part(content)),
      last: [{ ...part('', { finishReason }), usageMetadata }],
    });
  }

  async #stream(
    response: ServerResponse,
    mishap: Mishap | null,
    { pieces, last }: { readonly pieces: readonly object[]; readonly last: readonly (object | string)[] },
  ): Promise<void> {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const [index, piece] of pieces.entries()) {
      await this.beforePiece(index);
      if (mishap?.kind === 'cut' && index >= mishap.after) return void response.destroy();
      if (mishap?.kind === 'unfinished' && index >= mishap.after) return void response.end();
      response.write(frame(piece));
    }
    for (const one of last) response.write(frame(one));
    response.end();
  }

  async #embedOpenAi(response: ServerResponse, { body }: Heard, mishap: Mishap | null): Promise<void> {
    await this.beforeVectors();
    const texts = [body['input']].flat() as string[];
    if (texts.length > this.mostTexts) {
      const message = `batch size ${texts.length} > maximum allowed batch size ${this.mostTexts}`;
      return refuse(response, { kind: 'status', status: 422, message });
    }
    const vectors = vectorsFor(texts, mishap, body['dimensions']);
    const data = vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: body['encoding_format'] === 'base64' ? base64Of(vector) : vector,
    }));
    const usage = { prompt_tokens: texts.length, total_tokens: texts.length };
    json(response, { object: 'list', data, model: body['model'], usage });
  }

  #embedGoogle(response: ServerResponse, { body }: Heard, mishap: Mishap | null): void {
    const requests = (body['requests'] as GoogleEmbedding[] | undefined) ?? [
      body as unknown as GoogleEmbedding,
    ];
    const texts = requests.map(({ content }) => content.parts.map(({ text }) => text).join(''));
    const vectors = vectorsFor(texts, mishap, requests[0]?.outputDimensionality);
    const embeddings = vectors.map((values) => ({ values }));
    json(response, 'requests' in body ? { embeddings } : { embedding: embeddings[0] });
  }
}

interface GoogleEmbedding {
  readonly content: { readonly parts: readonly { readonly text: string }[] };
  readonly outputDimensionality?: number;
}

/** Nearness by letters: enough for a test to tell one text from another. Not of length one, as some servers give them. */
function vectorsFor(
  texts: readonly string[],
  mishap: Mishap | null,
  dimensions: unknown,
): readonly (readonly number[])[] {
  if (mishap?.kind === 'vectors') return mishap.vectors;
  const size = typeof dimensions === 'number' ? dimensions : DIMENSIONS;
  return texts.map((text) => {
    const vector = Array.from({ length: size }, () => 1);
    for (const letter of text.toLowerCase()) {
      const at = (letter.codePointAt(0) ?? 0) % size;
      vector[at] = (vector[at] ?? 0) + 1;
    }
    return vector;
  });
}

function base64Of(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

/** A call comes in parts: who is called, then the arguments bit by bit. */
function toolDeltas({
  name,
  arguments: said,
}: {
  readonly name: string;
  readonly arguments: string;
}): object[] {
  const begun = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } };
  return [
    { tool_calls: [begun] },
    ...piecesOf(said).map((part) => ({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
  ];
}

function piecesOf(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE}}`, 'g')) ?? [];
}

function modelOf({ path, body }: Heard): string {
  return (/\/models\/([^:]+):/.exec(path)?.[1] ?? body['model'] ?? '') as string;
}

function frame(data: object | string): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refuse(
  response: ServerResponse,
  { status, headers, message = 'refused' }: Extract<Mishap, { kind: 'status' }>,
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message, type: 'test', code: status, status: 'TEST' } }));
}

function garble(response: ServerResponse, { path, body }: Heard): void {
  const isStream = body['stream'] === true || path.includes(':stream');
  response.writeHead(200, { 'Content-Type': isStream ? 'text/event-stream' : 'application/json' });
  response.end(isStream ? 'data: {"choices":[{"delta":{"content":"Yes\n\n' : '{"choices": [');
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>;
}
