import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { test, useStage } from './support/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'preheat-books-'));
const books = join(folder, 'books.jsonl');
writeFileSync(
  books,
  [
    { title: 'Good Omens', authors: ['Neil Gaiman', 'Terry Pratchett'], year: 1990, editions: 80 },
    { title: 'Coraline', authors: ['Neil Gaiman'], year: 2002, editions: 50, isbns: ['9780380977789'] },
    { title: 'The Long Earth', authors: ['Terry Pratchett', 'Stephen Baxter'], year: 2012, editions: 20 },
    { title: 'Raft', authors: ['Stephen Baxter'], year: 1991, editions: 9 },
  ]
    .map((book) => JSON.stringify(book))
    .join('\n'),
);
after(() => rmSync(folder, { recursive: true }));

const stage = useStage({
  environment: { PREHEAT_CATALOGUE_SOURCES: 'file', PREHEAT_CATALOGUE_FILE: books },
});

const LIST = 'Nr,Werk,Verfasser\n1,Coraline,"Gaiman, Neil"\n2,Beowulf,Anonymous\n';

test('a list is read, its columns confirmed, queued, and who led to whom is seen; what came is in the catalogue', () =>
  stage().visit('/catalogue', async (page) => {
    const file = { name: 'meine-liste.csv', mimeType: 'text/csv', buffer: Buffer.from(LIST) };
    await page.getByLabel('A list of books').setInputFiles(file);
    await page.getByText('2 books by 1 author, 1 row without an author left out').waitFor();
    await page.getByRole('button', { name: 'That is right' }).click();
    await page.getByRole('button', { name: 'Warm 1 author' }).click();

    await page.getByRole('heading', { name: 'Who led to whom' }).waitFor();
    await page.getByRole('button', { name: 'Neil Gaiman', expanded: false }).click();
    await page.getByRole('button', { name: 'Terry Pratchett', expanded: false }).click();
    await page.getByText('wrote “The Long Earth” with Terry Pratchett').first().waitFor();
    await page.getByText('1 author of the list, 2 authors discovered').waitFor();

    await page.getByRole('link', { name: 'Catalogue', exact: true }).first().click();
    await page.getByRole('list', { name: 'Cached records' }).getByText('Raft').waitFor();
    await page.getByRole('heading', { name: 'Fetched in the last 24 hours' }).waitFor();
    await page.getByText('Calls made', { exact: true }).last().waitFor();
    await page.getByLabel('Search names').fill('coral');
    await page.getByText('Neil Gaiman · 2002 · 50 editions').waitFor();
  }));
