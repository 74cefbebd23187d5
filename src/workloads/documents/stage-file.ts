import type { CarryOf } from '#core/documents/delete-document.ts';
import { embeddingFigures, embeddingResult } from '#core/documents/embedding-figures.ts';
import type { Chunk } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import type { Outcome } from '#domain/outcome.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Clock } from '#ports/log.ts';
import type { ChunkedFile, Reader } from '#ports/reader.ts';
import type { DocumentStore } from '#ports/store/documents.ts';
import type { RunContext } from '#ports/workload.ts';
import type { ChunkEmbedder, ChunkEmbedders } from './embed-chunks.ts';
import type { IncomingVersion } from './incoming-version.ts';

export interface StageDeps {
  readonly store: { readonly documents: Pick<DocumentStore, 'stage' | 'stageChunks'> };
  readonly blobs: Pick<Blobs, 'get'>;
  readonly reader: Reader;
  readonly embedders: ChunkEmbedders;
  /** Documents that a project may have; null: any number. */
  readonly mostDocuments: (projectId: number) => Promise<number | null>;
  readonly carryOf: CarryOf;
  readonly clock: Clock;
}

/** Groups of chunks on their way between reader and store: while one is embedded, others are read and written. */
const MOST_UNDER_WAY = 4;

/**
 * Reads a file, cuts it into chunks, embeds and writes them as a version that nobody sees yet. The steps overlap,
 * group by group, so that a file of any length takes the memory of a few groups.
 *
 * @throws Fault what the reader says of the file
 */
export async function stageFile(
  deps: StageDeps,
  file: IncomingVersion,
  context: RunContext,
): Promise<Outcome> {
  const { name, sha256, bytes } = file;
  const { signal, report } = context;
  report({ name: 'received' });
  const content = await deps.blobs.get(sha256);
  if (content === null) throw gone(name);
  let version: StagedFile | null = null;
  for await (const event of deps.reader.read({ name, bytes, content }, signal)) {
    switch (event.kind) {
      case 'stage':
        report(event.stage);
        break;
      case 'chunked':
        if (event.chunks === 0) throw noText(name);
        version = await StagedFile.open({ deps, context, file, read: event });
        break;
      case 'chunks':
        await version?.add(event.chunks);
        break;
    }
  }
  if (version === null) throw noText(name);
  return version.finish();
}

/** A version being written: groups are embedded at once and written in order. */
class StagedFile {
  readonly #deps: StageDeps;
  readonly #context: RunContext;
  readonly #file: IncomingVersion;
  readonly #read: ChunkedFile;
  readonly #versionId: number;
  readonly #embedder: ChunkEmbedder;
  readonly #underWay: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();
  #embedded = 0;

  private constructor(
    versionId: number,
    embedder: ChunkEmbedder,
    { deps, context, file, read }: StagedParts,
  ) {
    this.#versionId = versionId;
    this.#embedder = embedder;
    this.#deps = deps;
    this.#context = context;
    this.#file = file;
    this.#read = read;
  }

  static async open(parts: StagedParts): Promise<StagedFile> {
    const { name, bytes, sha256, tags, projectId, itemId } = parts.file;
    const { mediaType, pages } = parts.read;
    const chunkEmbedder = await parts.deps.embedders(projectId);
    const embedder = chunkEmbedder.name;
    const document = { name, mediaType, bytes, sha256, pages, itemId, embedder, tags };
    const versionId = await parts.deps.store.documents.stage(projectId, document, parts.deps.clock());
    const staged = new StagedFile(versionId, chunkEmbedder, parts);
    staged.#note();
    return staged;
  }

  /** Takes a group on; waits while there is enough under way. */
  async add(chunks: readonly Chunk[]): Promise<void> {
    this.#context.signal.throwIfAborted();
    const before = this.#last;
    const { signal } = this.#context;
    const { spending } = this.#file;
    const embedding = this.#embedder.embed(this.#file.projectId, chunks, { signal, spending });
    this.#last = this.#write(before, embedding, chunks.length);
    // Whoever waits for it hears of its failure; that nobody waits yet is no fault.
    for (const each of [this.#last, embedding]) each.catch(() => undefined);
    this.#underWay.push(this.#last);
    if (this.#underWay.length >= MOST_UNDER_WAY) await this.#underWay.shift();
  }

  async finish(): Promise<Outcome> {
    await this.#last;
    const { projectId, name: document } = this.#file;
    const { chunks, pages, tokens } = this.#read;
    const versionId = this.#versionId;
    const carry = await this.#deps.carryOf(projectId, { versionId });
    const most = await this.#deps.mostDocuments(projectId);
    const figures = embeddingFigures(this.#file.spending);
    return {
      kind: 'completed',
      result: { document, chunks, pages, tokens, ...embeddingResult(this.#file.spending) },
      effects: [
        { kind: 'publish', projectId, versionId, carry, ...(most === null ? {} : { most }) },
        ...(figures === null ? [] : [{ kind: 'figures' as const, figures }]),
      ],
    };
  }

  async #write(
    before: Promise<void>,
    embedding: ReturnType<ChunkEmbedder['embed']>,
    count: number,
  ): Promise<void> {
    const chunks = await embedding;
    this.#embedded += count;
    this.#note();
    await before;
    await this.#deps.store.documents.stageChunks(this.#versionId, chunks);
  }

  #note(): void {
    const { chunks: total } = this.#read;
    if (this.#embedded === total) this.#context.report({ name: 'indexing' });
    else this.#context.report({ name: 'embedding', unit: 'chunk', done: this.#embedded, total });
  }
}

interface StagedParts {
  readonly deps: StageDeps;
  readonly context: RunContext;
  readonly file: IncomingVersion;
  readonly read: ChunkedFile;
}

function gone(name: string): Fault {
  return new Fault(
    'refused',
    'file_gone',
    `The content of ${name} is no longer kept: upload the file again.`,
  );
}

function noText(name: string): Fault {
  return new Fault('refused', 'no_text', `${name} has no text to be found.`);
}
