import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { UploadFile } from '#sdk/batches.ts';
import { Refusal } from '../refusal.ts';

/** A file of questions, and what has to be tidied up after it was sent. */
export interface Source extends AsyncDisposable {
  readonly file: UploadFile;
}

/**
 * Standard input as a file to send. It goes through a temporary file: an upload may have to be sent again, and a pipe
 * can be read only once.
 *
 * @throws Refusal when nobody pipes anything in, or nothing came
 */
export async function spoolInput(format: 'text' | 'csv' | 'jsonl'): Promise<Source> {
  if (process.stdin.isTTY) {
    throw new Refusal('Standard input is the keyboard: pipe questions in, or name a file.', [
      'preheat warm - < questions.txt',
    ]);
  }
  const folder = await mkdtemp(join(tmpdir(), 'preheat-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'input');
    const target = createWriteStream(path, { mode: 0o600 });
    await pipeline(process.stdin, target);
    if (target.bytesWritten === 0) throw new Refusal('Nothing came on standard input.');
    const content = await openAsBlob(path);
    const name = format === 'text' ? 'stdin' : `stdin.${format}`;
    return { file: { name, content }, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
