import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileUse } from '#ports/store/documents.ts';
import { dropFiles } from './drop-files.ts';

const DAY_MS = 86_400_000;
const NOW = 10 * DAY_MS;

/** What there is: when it was kept, and what uses it. */
const FILES: Record<string, { readonly keptAt: number; readonly use?: Partial<FileUse> }> = {
  'just uploaded': { keptAt: NOW - 1_000, use: { isVisible: true } },
  'on its way to an item': { keptAt: NOW - DAY_MS / 2 },
  'of nobody': { keptAt: NOW - 2 * DAY_MS },
  'to be read': { keptAt: NOW - 2 * DAY_MS, use: { isOpen: true } },
  'visible and to be read again': { keptAt: NOW - 2 * DAY_MS, use: { isOpen: true, isVisible: true } },
  visible: { keptAt: NOW - DAY_MS / 2, use: { isVisible: true } },
};

test('what nobody needs goes after a day; originals stay where they are kept', async () => {
  assert.deepEqual(await dropped(true), ['of nobody']);
});

test('where originals are not kept, a file goes once it is indexed and nothing waits for it', async () => {
  assert.deepEqual(await dropped(false), ['of nobody', 'visible']);
});

async function dropped(keepsOriginals: boolean): Promise<string[]> {
  const gone: string[] = [];
  const deps = {
    keepsOriginals,
    blobs: {
      async *list() {
        for (const [sha256, { keptAt }] of Object.entries(FILES)) yield { sha256, keptAt };
      },
      delete: async (sha256: string) => void gone.push(sha256),
    },
    documents: {
      fileUses: async (asked: readonly string[]) =>
        asked.flatMap((sha256) => {
          const use = FILES[sha256]?.use;
          return use === undefined ? [] : [{ sha256, isOpen: false, isVisible: false, ...use }];
        }),
    },
  };
  assert.equal(await dropFiles(deps, NOW), gone.length);
  return gone;
}
