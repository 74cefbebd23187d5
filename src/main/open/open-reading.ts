import { ZipArchives } from '#adapters/archives/yauzl/zip-archives.ts';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { ThreadedEmbedder } from '#adapters/model/threads/threaded-embedder.ts';
import { LocalReader } from '#adapters/reader/local/local-reader.ts';
import { budgetedEmbedder } from '#core/platform/budgeted-embedder.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import { capOf } from '#domain/caps.ts';
import type { CarryOf } from '#core/documents/delete-document.ts';
import type { ProjectEmbedders } from '#core/documents/project-embedders.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Clock } from '#ports/log.ts';
import type { Reader } from '#ports/reader.ts';
import type { Store } from '#ports/store/store.ts';
import type { Workload } from '#ports/workload.ts';
import { documentsWorkload } from '#workloads/documents/documents.ts';
import { chunkEmbedders, EMBEDDED_AT_ONCE } from '#workloads/documents/embed-chunks.ts';
import type { Config } from '../config.ts';
import { standardCaps } from '../settings/standard-caps.ts';

/** The processes that read files. */
export function openReader(config: Config): LocalReader {
  return new LocalReader({
    entry: new URL('../threads/reader.ts', import.meta.url),
    processes: config.PREHEAT_READERS,
    timeoutMs: config.PREHEAT_READING_TIMEOUT_SECONDS * 1_000,
    memoryMiB: config.PREHEAT_READING_MEMORY_MIB,
    maxPages: config.PREHEAT_MAX_PAGES,
    groupSize: EMBEDDED_AT_ONCE,
  });
}

/** The embedder without a model, its long work on a thread. */
export function openLexicalEmbedder(): ThreadedEmbedder {
  return new ThreadedEmbedder(new LexicalEmbedder(), {
    entry: new URL('../threads/embedder.ts', import.meta.url),
    threads: 1,
  });
}

export interface DocumentParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly reader: Reader;
  readonly embedders: ProjectEmbedders;
  readonly carryOf: CarryOf;
  readonly budgets: TokenBudgets;
}

/** The workload that makes files searchable. */
export function openDocuments(parts: DocumentParts): Workload {
  const { config, clock, store, blobs, reader, embedders, carryOf, budgets } = parts;
  return documentsWorkload({
    store,
    blobs,
    reader,
    clock,
    carryOf,
    async mostDocuments(projectId) {
      const { settings } = await store.projects.settings(projectId);
      return capOf(settings.caps, standardCaps(config), 'documents');
    },
    embedders: chunkEmbedders({
      embedderOf: async (projectId) =>
        budgetedEmbedder(await embedders.forPassages(projectId), { projectId, keyId: null }, budgets),
      documents: store.documents,
      concurrency: config.PREHEAT_EMBEDDER_CONCURRENCY,
      timeoutMs: config.PREHEAT_EMBEDDING_TIMEOUT_SECONDS * 1_000,
    }),
    archives: new ZipArchives(),
    archiveLimits: {
      maxFiles: config.PREHEAT_MAX_ARCHIVE_FILES,
      maxBytes: config.PREHEAT_MAX_UPLOAD_MIB * 2 ** 20,
      maxFileBytes: config.PREHEAT_MAX_DOCUMENT_MIB * 2 ** 20,
    },
  });
}
