import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { PreheatClient } from '../sdk/index.ts';
import type { Problem, Submitted } from '../sdk/wire/index.ts';
import { DEFAULT_LIMITS } from '../src/http/settings.ts';
import { type Listening, listen } from './support/http.ts';

const UPLOAD = '/api/v1/batches/upload';

type Part = readonly [name: string, value: string, fileName?: string];

function form(...parts: Part[]): FormData {
  const data = new FormData();
  for (const [name, value, fileName] of parts) {
    if (fileName === undefined) data.append(name, value);
    else data.append(name, new Blob([value]), fileName);
  }
  return data;
}

async function send<T>(
  at: Listening,
  path: string,
  body: FormData,
  headers = {},
): Promise<{ response: Response; json: T }> {
  const response = await fetch(at.url + path, { method: 'POST', body, headers });
  return { response, json: (await response.json()) as T };
}

test('files become a batch that says where it came from', async () => {
  await using at = await listen();
  const fields: Part[] = [
    ['workload', 'answers'],
    ['priority', '3'],
    ['metadata', '{"team":"x"}'],
  ];
  const body = form(...fields, ['file', 'one\ntwo\n', 'a.txt'], ['file', 'three\n', 'b.txt']);
  const { response, json } = await send<Submitted>(at, UPLOAD, body);
  assert.equal(response.status, 201);
  assert.deepEqual(json.source, { kind: 'upload', detail: 'a.txt' });
  assert.deepEqual([json.total, json.priority, json.metadata], [3, 3, { team: 'x' }]);
  assert.deepEqual(at.fake.entries.get(1), ['one', 'two', 'three']);
});

test('files of one name in two folders stay two files', async () => {
  await using at = await listen();
  const body = form(['file', 'a', 'north/readme.md'], ['file', 'b', 'south/readme.md']);
  const { json } = await send<Submitted>(at, '/api/v1/documents', body);
  const names = at.fake.entries.get(1)?.map((entry) => (entry as { name: string }).name);
  assert.deepEqual(names, ['north/readme.md', 'south/readme.md']);
  assert.equal(json.total, 2);
});

test('settings may be query parameters', async () => {
  await using at = await listen();
  const { json } = await send<Submitted>(
    at,
    `${UPLOAD}?workload=answers&name=n`,
    form(['file', 'a\n', 'a.txt']),
  );
  assert.equal(json.name, 'n');
});

test('what is added says what to do about bad rows, and nothing that would have no effect', async () => {
  await using at = await listen();
  at.fake.add(['a']);
  const path = '/api/v1/batches/bat_1/items';
  const skip: Part = ['options', '{"onInvalid":"skip"}'];
  assert.equal((await send(at, path, form(skip, ['file', 'b\n', 'b.txt']))).response.status, 201);
  const client = new PreheatClient({ baseUrl: at.url });
  await client.batches.addFiles('bat_1', [{ name: 'c.txt', content: 'c\n' }], { onInvalid: 'skip' });
  await client.batches.add('bat_1', { items: ['d'], options: { onInvalid: 'skip' } });
  await client.batches.add('bat_1', { items: ['e'] });
  assert.deepEqual(
    at.fake.added.map(({ entries, onInvalid }) => [...entries, onInvalid]),
    [
      ['b', 'skip'],
      ['c', 'skip'],
      ['d', 'skip'],
      ['e', undefined],
    ],
  );
  const paced = await send<Problem>(at, path, form(['paceMs', '5'], ['file', 'b\n', 'b.txt']));
  assert.deepEqual([paced.response.status, paced.json.problems?.[0]?.field], [400, 'paceMs']);
});

const BAD: readonly [title: string, parts: Part[], status: number, code: string][] = [
  [
    'a field after a file is named',
    [
      ['file', 'x'.repeat(100_000), 'a.txt'],
      ['workload', 'answers'],
    ],
    400,
    'field_after_file',
  ],
  ['a form without a file is refused', [['workload', 'answers']], 400, 'no_files'],
  [
    'a field that is unknown is named',
    [
      ['colour', 'red'],
      ['file', 'a', 'a.txt'],
    ],
    400,
    'invalid_input',
  ],
  [
    'options that are not JSON are named',
    [
      ['options', '{'],
      ['file', 'a', 'a.txt'],
    ],
    400,
    'invalid_input',
  ],
  [
    'a field that comes twice is named',
    [
      ['name', 'a'],
      ['name', 'b'],
      ['file', 'a', 'a.txt'],
    ],
    400,
    'repeated_field',
  ],
  [
    'a field that is too long is named',
    [
      ['name', 'a'.repeat(70_000)],
      ['file', 'a', 'a.txt'],
    ],
    413,
    'field_too_large',
  ],
  [
    'a core that refuses is heard in mid upload',
    [
      ['workload', 'unknown'],
      ['file', 'a', 'a.txt'],
    ],
    422,
    'unknown_workload',
  ],
];

for (const [title, parts, status, code] of BAD) {
  test(title, async () => {
    await using at = await listen();
    const { response, json } = await send<Problem>(at, UPLOAD, form(...parts));
    assert.deepEqual([response.status, json.code], [status, code], json.detail);
    assert.equal(at.fake.batches.size, 0);
  });
}

test('one file too many is refused, and nothing is queued', async () => {
  await using at = await listen({ limits: { ...DEFAULT_LIMITS, maxFilesPerUpload: 2 } });
  const files = ['a', 'b', 'c'].map((name): Part => ['file', name, `${name}.md`]);
  const { response, json } = await send<Problem>(at, '/api/v1/documents', form(...files));
  assert.deepEqual([response.status, json.code], [413, 'too_many_files']);
  assert.equal(at.fake.batches.size, 0);
});

test('a document that is too large is a problem of its own; its siblings go on', async () => {
  await using at = await listen({ limits: { ...DEFAULT_LIMITS, maxDocumentBytes: 100_000 } });
  const body = form(['file', 'a', 'a.md'], ['file', 'b'.repeat(300_000), 'b.md'], ['file', 'c', 'c.md']);
  const { response, json } = await send<Submitted>(at, '/api/v1/documents', body);
  assert.equal(response.status, 201);
  assert.deepEqual([json.total, json.invalid, json.problems[0]?.field], [2, 1, 'b.md']);
  assert.deepEqual(at.fake.received, ['a.md', 'c.md']);
});

test('settings of documents that are wrong are told before a file is taken', async () => {
  await using at = await listen();
  const body = form(['priority', 'urgent'], ['file', 'a', 'a.md']);
  const { response, json } = await send<Problem>(at, '/api/v1/documents', body);
  assert.deepEqual([response.status, json.code], [400, 'invalid_input']);
  assert.deepEqual(at.fake.received, []);
});

test('a single document that is too large is 413', async () => {
  await using at = await listen({ limits: { ...DEFAULT_LIMITS, maxDocumentBytes: 10 } });
  const { response } = await send<Problem>(at, '/api/v1/documents', form(['file', 'b'.repeat(11), 'b.md']));
  assert.equal(response.status, 413);
});

test('an upload over the limit is refused without waiting for its end', async () => {
  await using at = await listen({ limits: { ...DEFAULT_LIMITS, maxUploadBytes: 1_000 } });
  const socket = connect(at.port, '127.0.0.1');
  socket.write(head(`Content-Length: ${10 ** 9}`));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1.1 413/);
  socket.destroy();
});

test('an upload without an announced length is counted', async () => {
  await using at = await listen({ limits: { ...DEFAULT_LIMITS, maxUploadBytes: 1_000 } });
  const boundary = 'b';
  const text = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${'x'.repeat(5_000)}\r\n--b--\r\n`;
  const body = new Blob([text]).stream();
  const init = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  };
  const response = await fetch(at.url + UPLOAD, init as RequestInit);
  assert.equal(response.status, 413);
});

for (const [title, path] of [
  ['a client that hangs up in mid upload leaves nothing', UPLOAD],
  ['a client that hangs up in mid document leaves nothing', '/api/v1/documents'],
] as const) {
  test(title, async () => {
    const done = Promise.withResolvers<void>();
    await using at = await listen({ log: () => done.resolve() });
    const socket = connect(at.port, '127.0.0.1');
    const begin = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nquestion\n';
    socket.write(head('Content-Length: 100000', path) + begin + 'x'.repeat(20_000));
    await once(at.server, 'request');
    socket.destroy();
    await done.promise;
    assert.equal(at.fake.batches.size, 0);
    assert.equal((await fetch(`${at.url}/health/live`)).status, 200);
  });
}

test('a form that breaks off is refused', async () => {
  await using at = await listen();
  const body = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nquestion\n';
  const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
  const response = await fetch(at.url + UPLOAD, { method: 'POST', body, headers });
  assert.equal(((await response.json()) as Problem).code, 'invalid_multipart');
  assert.equal(at.fake.batches.size, 0);
});

function head(length: string, path = UPLOAD): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: multipart/form-data; boundary=b',
    length,
    '\r\n',
  ].join('\r\n');
}
