import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { SyncPlan } from '#sdk/wire/documents.ts';
import { filesInFolder } from './collect-files.ts';
import { pause } from './folder-changes.ts';
import type { FoundFile } from './collect-files.ts';
import { Refusal } from '../refusal.ts';
import type { FileEnd, Sending } from './send-files.ts';
import { sendFiles } from './send-files.ts';

export interface FolderChoice {
  readonly folder: string;
  /** The folder's place among the documents; undefined: it has none of its own. */
  readonly prefix: string | undefined;
  readonly isDeleting: boolean;
}

/** What one comparison led to. */
export interface Synced {
  readonly sent: readonly FileEnd[];
  readonly unchanged: number;
  readonly deleted: number;
  /** Documents that have no file, and stay. */
  readonly gone: number;
  readonly duplicates: SyncPlan['duplicates'];
  /** The batch that goes on when nobody looks any more. */
  readonly running: string | null;
}

/** Brings documents in step with a folder, as often as it is called; remembers hashes, and what it sent in vain. */
export class FolderSync {
  readonly #choice: FolderChoice;
  readonly #hashes = new Map<string, Hashed>();
  /** By document, the hash of what was sent and is not there: it failed, or is an archive. It is not sent twice. */
  readonly #sent = new Map<string, string>();

  constructor(choice: FolderChoice) {
    this.#choice = choice;
  }

  /**
   * What is new goes first and what is gone last, so that no moment has less than either state. Only a file that was
   * renamed must wait for the second look: its content is taken once, under the old name.
   *
   * @throws Refusal when there is no such folder, or an empty one would delete everything; PreheatError
   */
  async run(sending: Sending): Promise<Synced> {
    const { isDeleting } = this.#choice;
    const files = await this.#read(sending.signal);
    if (isDeleting && files.length === 0) throw emptied(this.#choice.folder);
    const ends: FileEnd[] = [];
    const collecting: Sending = {
      ...sending,
      onFile: (end) => {
        ends.push(end);
        sending.onFile(end);
      },
    };
    let plan = await this.#plan(sending, files, false);
    let running = await this.#send(collecting, files, plan);
    let deleted = 0;
    if (isDeleting && plan.gone.length > 0 && running === null && !sending.signal.aborted) {
      // Whoever saves a file may take it away for a moment: only what is still not there goes.
      const now = await this.#read(sending.signal);
      if (now.length === 0) throw emptied(this.#choice.folder);
      plan = await this.#plan(sending, now, true);
      deleted = plan.deleted;
      running = await this.#send(collecting, now, plan);
    }
    const { unchanged, duplicates } = plan;
    return { sent: ends, unchanged, deleted, gone: plan.gone.length - deleted, duplicates, running };
  }

  async #read(signal: AbortSignal): Promise<HashedFile[]> {
    const found = filesInFolder(this.#choice.folder);
    const files: HashedFile[] = [];
    for (const file of found) {
      signal.throwIfAborted();
      const known = await hashedOf(file.path, this.#hashes.get(file.path), signal);
      // It went while it was looked at.
      if (known === null) continue;
      this.#hashes.set(file.path, known);
      files.push({ ...file, sha256: known.sha256 });
    }
    return files;
  }

  #plan({ connection, signal }: Sending, files: readonly HashedFile[], isDeleting: boolean) {
    const { prefix } = this.#choice;
    return connection.client.documents.sync(
      {
        ...(prefix === undefined ? {} : { prefix }),
        files: files.map(({ name, sha256 }) => ({ name, sha256 })),
        delete: isDeleting,
      },
      { signal },
    );
  }

  async #send(sending: Sending, files: readonly HashedFile[], plan: SyncPlan): Promise<string | null> {
    const byName = new Map(files.map((file) => [file.name, file]));
    const wanted = plan.send.flatMap(({ name, document }) => {
      const file = byName.get(name);
      return file === undefined ? [] : [{ ...file, name: document }];
    });
    const isWanted = new Set(wanted.map(({ name }) => name));
    for (const document of this.#sent.keys()) if (!isWanted.has(document)) this.#sent.delete(document);
    const fresh = wanted.filter(({ name, sha256 }) => this.#sent.get(name) !== sha256);
    if (fresh.length === 0) return null;
    const running = await sendFiles(sending, fresh);
    if (running === null && !sending.signal.aborted)
      for (const { name, sha256 } of fresh) this.#sent.set(name, sha256);
    return running;
  }
}

interface Hashed {
  readonly mtimeMs: number;
  readonly size: number;
  readonly sha256: string;
}

interface HashedFile extends FoundFile {
  readonly sha256: string;
}

/** Somebody who writes it all the time is not waited for. */
const MOST_READS = 20;
const REST_MS = 100;

/** Of a file that does not change meanwhile: read while it is being written, it would be half a file. Null: it is gone. */
async function hashedOf(
  path: string,
  known: Hashed | undefined,
  signal: AbortSignal,
): Promise<Hashed | null> {
  let last = known;
  for (let reads = 0; ; reads += 1) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const { mtimeMs, size } = stats;
    if (last?.mtimeMs === mtimeMs && last.size === size) return last;
    if (reads === MOST_READS) return last ?? null;
    if (reads > 0) await pause(REST_MS, signal);
    signal.throwIfAborted();
    last = { mtimeMs, size, sha256: await hashOf(path, signal) };
  }
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest('hex');
}

function emptied(folder: string): Refusal {
  return new Refusal(`There is no file in ${folder}, so all its documents would be deleted. Nothing was.`, [
    'Is the disk there? If you mean it, delete them in the admin page, or by DELETE /documents/{id}.',
  ]);
}
