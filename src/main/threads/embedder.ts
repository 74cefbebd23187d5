import { parentPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { serveEmbedder } from '#adapters/model/threads/serve.ts';

serveEmbedder(parentPort as MessagePort, new LexicalEmbedder());
