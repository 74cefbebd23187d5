import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Item } from '#sdk/index.ts';
import {
  docxParts,
  epubOf,
  pptxOf,
  wordParagraph,
  zipped,
} from '../src/adapters/reader/local/minimal-office.ts';
import { startS3 } from '../src/adapters/blobs/s3/loopback-s3.ts';
import { minimalPdf } from '../src/adapters/reader/local/minimal-pdf.ts';
import { badFiles } from './support/bad-files.ts';
import { gigabyteZip } from './support/gigabyte-zip.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

interface Sent {
  readonly name: string;
  readonly content: Blob;
}

describe('files of all kinds', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(folder.path, { PREHEAT_LOG_LEVEL: 'warn' });
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  test('of fifty files with ten bad ones among them, forty are found and ten say why not', async () => {
    const bad = badFiles();
    const good = goodFiles(40);
    const mixed = good.flatMap((file, i) =>
      i % 4 === 0 ? [sent(bad[i / 4] as (typeof bad)[number]), file] : [file],
    );
    const { id, problems } = await server.client.documents.upload(mixed);
    assert.deepEqual(problems, []);
    const items = await endOf(server, id);
    assert.equal(items.length, 50);
    const codes = new Map(
      items.filter(({ status }) => status === 'failed').map((item) => [item.description, item.error?.code]),
    );
    assert.deepEqual(
      Object.fromEntries(codes),
      Object.fromEntries(bad.map(({ name, code }) => [name, code])),
    );
    assert.equal(items.filter(({ status }) => status === 'completed').length, 40);
    const { items: documents } = await server.client.documents.list({ limit: 100 });
    assert.deepEqual(documents.map(({ name }) => name).sort(), good.map(({ name }) => name).sort());
    for (const i of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const { items: found } = await server.client.documents.search(`keyword${i}`);
      assert.equal(found[0]?.document, good[i]?.name, `keyword${i}`);
    }
    assert.ok(peakMiB(server) < 900, `${peakMiB(server)} MiB`);
  });

  test('documents that unpack to a gigabyte fail alone and say why, in whichever part it stands', async () => {
    const text = wordParagraph('Small on disk, a gigabyte when it is unpacked.');
    const { 'word/document.xml': document = new Uint8Array(), ...others } = docxParts(text);
    const xml = Buffer.from(document).toString();
    const at = xml.indexOf('<w:body>') + '<w:body>'.length;
    const inText = gigabyteZip(others, {
      name: 'word/document.xml',
      before: xml.slice(0, at),
      after: xml.slice(at),
    });
    const links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">';
    const inLinks = gigabyteZip(
      { ...others, 'word/document.xml': document },
      { name: 'word/_rels/document.xml.rels', before: links, after: '</Relationships>' },
    );
    const batch = await server.client.documents.upload([
      { name: 'text.docx', content: blobOf(inText) },
      { name: 'links.docx', content: blobOf(inLinks) },
      { name: 'beside.md', content: new Blob(['# Beside\n\nThis file stands beside two bombs.']) },
    ]);
    const items = await endOf(server, batch.id);
    assert.deepEqual(
      items.map((item) => [item.description, item.error?.code ?? item.status]),
      [
        ['text.docx', 'file_too_complex'],
        ['links.docx', 'file_too_complex'],
        ['beside.md', 'completed'],
      ],
    );
    assert.ok(peakMiB(server) < 900, `${peakMiB(server)} MiB`);
  });

  test('the same files again are skipped, and so is one of them under another name', async () => {
    const [first] = goodFiles(1) as [Sent];
    const again = await server.client.documents.upload([first, { ...first, name: 'copy.txt' }]);
    const items = await endOf(server, again.id);
    assert.deepEqual(
      items.map(({ status, reason }) => [status, reason]),
      [
        ['skipped', 'unchanged'],
        ['skipped', 'same_content'],
      ],
    );
  });

  test('each file of an archive is an item of its own, and bad ones say why', async () => {
    const archive = zipped({
      'leave.md': Buffer.from('# Leave\n\nBadgers take twenty-six days.'),
      'rooms/desks.csv': Buffer.from('Name,Desk,Floor\nAda,12,2\nBen,7,1\n'),
      '../../etc/passwd': Buffer.from('root'),
      'inner.zip': zipped({ 'a.txt': Buffer.from('a') }),
      'blank.txt': Buffer.from(' '),
    });
    const batch = await server.client.documents.upload([{ name: 'office.zip', content: blobOf(archive) }], {
      tags: ['office'],
    });
    const items = await endOf(server, batch.id);
    assert.deepEqual(
      items.map((item) => [item.description, item.error?.code ?? item.status]),
      [
        ['office.zip', 'completed'],
        ['office.zip/leave.md', 'completed'],
        ['office.zip/rooms/desks.csv', 'completed'],
        ['office.zip/etc/passwd', 'unsafe_name'],
        ['office.zip/inner.zip', 'nested_archive'],
        ['office.zip/blank.txt', 'no_text'],
      ],
    );
    const { items: tagged } = await server.client.documents.list({ tag: 'office' });
    assert.equal(tagged.length, 2);
  });

  test('tags are changed, counted, and refused when there are too many', async () => {
    const { documents } = server.client;
    const [document] = (await documents.list({ tag: 'office', limit: 1 })).items;
    const changed = await documents.change(document?.id ?? '', { tags: ['rooms', ' office ', 'rooms'] });
    assert.deepEqual(changed.tags, ['office', 'rooms']);
    assert.deepEqual((await documents.tags()).items, [
      { tag: 'office', documents: 2 },
      { tag: 'rooms', documents: 1 },
    ]);
    const many = Array.from({ length: 21 }, (_, i) => `tag ${i}`);
    await assert.rejects(documents.change(document?.id ?? '', { tags: many }), /20/);
  });

  test('a document is read again from its kept file, and takes the place of itself', async () => {
    const { documents } = server.client;
    const [document] = (await documents.list({ tag: 'rooms' })).items;
    assert.ok(document);
    const { id, total } = await documents.retry(document.id);
    assert.equal(total, 1);
    const [item] = await endOf(server, id);
    assert.equal(item?.status, 'completed');
    const again = await documents.get(document.id);
    assert.deepEqual([again.name, again.tags, again.itemId], [document.name, document.tags, item?.id]);
    assert.ok(again.publishedAtVersion > document.publishedAtVersion);
    await assert.rejects(documents.retry('doc_zzzz'), { status: 404 });
  });

  test('a retry of an older file does not take the place of a newer one', async () => {
    const old = await server.client.documents.upload([{ name: 'policy.txt', content: new Blob([]) }]);
    const [failed] = await endOf(server, old.id);
    assert.equal(failed?.error?.code, 'no_text');
    const newer = await server.client.documents.upload([
      { name: 'policy.txt', content: new Blob(['Newer.']) },
    ]);
    await endOf(server, newer.id);
    await server.client.batches.retry(old.id);
    const [retried] = await endOf(server, old.id);
    assert.equal(retried?.reason, 'superseded');
  });
});

test('files may be kept in a bucket: they are read from there', async () => {
  const s3 = await startS3({ accessKeyId: 'key', secretAccessKey: 'secret', region: 'r1', bucket: 'files' });
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, {
    PREHEAT_LOG_LEVEL: 'warn',
    PREHEAT_BLOBS: 's3://files/here',
    PREHEAT_S3_ENDPOINT: s3.url,
    PREHEAT_S3_REGION: 'r1',
    PREHEAT_S3_ACCESS_KEY_ID: 'key',
    PREHEAT_S3_SECRET_ACCESS_KEY: 'secret',
  });
  try {
    const { id } = await server.client.documents.upload(goodFiles(2));
    const items = await endOf(server, id);
    assert.deepEqual(new Set(items.map(({ status }) => status)), new Set(['completed']));
    assert.deepEqual(
      [...s3.objects.keys()].map((name) => name.slice(0, 5)),
      ['here/', 'here/'],
    );
  } finally {
    await server.stop('SIGKILL');
    await s3.close();
    folder.remove();
  }
});

/** Text, Markdown, HTML, CSV, JSON, Word, PowerPoint, EPUB and PDF in turn, each with a word of its own. */
function goodFiles(count: number): Sent[] {
  return Array.from({ length: count }, (_, i) => {
    const words = `Document ${i} is about keyword${i} and nothing else.`;
    const makers: readonly (readonly [string, () => Uint8Array])[] = [
      ['txt', () => Buffer.from(words)],
      ['md', () => Buffer.from(`# Title\n\n${words}`)],
      ['html', () => Buffer.from(`<html><body><h1>Title</h1><p>${words}</p></body></html>`)],
      ['csv', () => Buffer.from(`Number,Text,Kind\n${i},${words},x\n${i},more,y\n`)],
      ['json', () => Buffer.from(JSON.stringify({ number: i, text: words }))],
      ['docx', () => zipped(docxParts(wordParagraph(words)))],
      ['pptx', () => pptxOf([{ title: 'Title', lines: [words] }])],
      ['epub', () => epubOf([`<h1>Title</h1><p>${words}</p>`])],
      ['pdf', () => minimalPdf([[{ text: words, y: 700 }]])],
    ];
    const [kind, make] = makers[i % makers.length] as (typeof makers)[number];
    return { name: `file-${i}.${kind}`, content: blobOf(make()) };
  });
}

function sent({ name, content }: { readonly name: string; readonly content: Uint8Array }): Sent {
  return { name, content: blobOf(content) };
}

function blobOf(bytes: Uint8Array): Blob {
  return new Blob([bytes as Uint8Array<ArrayBuffer>]);
}

async function endOf(server: ServerProcess, batchId: string): Promise<readonly Item[]> {
  await server.client.batches.wait(batchId);
  return (await server.client.batches.items(batchId, { limit: 200 })).items;
}

/** The most memory that the server's process ever had. */
function peakMiB(server: ServerProcess): number {
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}
