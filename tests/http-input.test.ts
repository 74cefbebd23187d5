import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../sdk/wire/index.ts';
import { DEFAULT_LIMITS } from '../src/http/settings.ts';
import { harness, post } from './support/http.ts';

const BATCHES = '/api/v1/batches';

async function refusal(response: Response): Promise<Problem> {
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem = (await response.json()) as Problem;
  assert.equal(problem.status, response.status);
  assert.equal(problem.requestId, response.headers.get('x-request-id'));
  return problem;
}

const BAD: readonly [
  title: string,
  path: string,
  init: RequestInit,
  status: number,
  code: string,
  says: RegExp,
][] = [
  [
    'broken JSON tells line and column',
    BATCHES,
    post('{\n "workload": answers}'),
    400,
    'invalid_json',
    /line 2, column 14/,
  ],
  ['an empty body says so', BATCHES, post(''), 400, 'invalid_json', /empty/],
  [
    'a wrong content type is 415',
    BATCHES,
    post('{}', { 'Content-Type': 'text/plain' }),
    415,
    'unsupported_content_type',
    /application\/json/,
  ],
  [
    'an empty submission is refused',
    BATCHES,
    post({ workload: 'answers', items: [] }),
    400,
    'invalid_input',
    /items: .*at least one/,
  ],
  [
    'an unknown field is named',
    BATCHES,
    post({ workload: 'answers', items: ['a'], itmes: 1 }),
    400,
    'invalid_input',
    /itmes/,
  ],
  [
    'a wrong workload name is told',
    BATCHES,
    post({ workload: 'No Such', items: ['a'] }),
    400,
    'invalid_input',
    /workload/,
  ],
  [
    'an unknown workload is refused',
    BATCHES,
    post({ workload: 'unknown', items: ['a'] }),
    422,
    'unknown_workload',
    /unknown/,
  ],
  [
    'a body that nests too deep is refused',
    BATCHES,
    post(`{"workload":"answers","items":[${'['.repeat(99)}${']'.repeat(99)}]}`),
    400,
    'too_deep',
    /levels/,
  ],
  ['a text that is no id is not found', `${BATCHES}/nonsense`, {}, 404, 'not_found', /nonsense/],
  ['an unknown id is not found', `${BATCHES}/bat_zz`, {}, 404, 'not_found', /bat_zz/],
  [
    'an unknown project is not found',
    BATCHES,
    { headers: { 'Preheat-Project': 'other' } },
    404,
    'not_found',
    /other/,
  ],
  ['an unknown route is not found', '/api/v1/nope', {}, 404, 'unknown_route', /docs/],
  ['a limit out of range is named', `${BATCHES}?limit=0`, {}, 400, 'invalid_input', /limit/],
  ['an unknown query parameter is named', `${BATCHES}?stats=open`, {}, 400, 'invalid_input', /stats/],
  [
    'a metadata filter without a colon is named',
    `${BATCHES}?metadata=team`,
    {},
    400,
    'invalid_input',
    /key:value/,
  ],
  [
    'a purge that names nothing is refused',
    '/api/v1/answers',
    { method: 'DELETE' },
    400,
    'invalid_input',
    /all=true/,
  ],
  [
    'a purge of all that says it is none is refused',
    '/api/v1/answers?all=false',
    { method: 'DELETE' },
    400,
    'invalid_input',
    /all: Must be true/,
  ],
  [
    'a purge of what has not expired is refused',
    '/api/v1/answers?expired=false',
    { method: 'DELETE' },
    400,
    'invalid_input',
    /expired: Must be true/,
  ],
  [
    'a list of what has not expired is refused, not taken for a list of all',
    '/api/v1/answers?expired=false',
    {},
    400,
    'invalid_input',
    /expired: Must be true/,
  ],
  [
    'a priority that is none says what one is',
    BATCHES,
    post({ workload: 'answers', items: ['a'], priority: 'urgent' }),
    400,
    'invalid_input',
    /priority: Must be .*-10 to 10.*high/,
  ],
  [
    'what is not there is said to be missing',
    BATCHES,
    post({ workload: 'answers' }),
    400,
    'invalid_input',
    /items: Missing; expected array/,
  ],
  [
    'a form that names no boundary hears that it needs one',
    `${BATCHES}/upload`,
    post('x', { 'Content-Type': 'multipart/form-data' }),
    415,
    'unsupported_content_type',
    /with its boundary/,
  ],
  [
    'a form without a boundary is refused',
    `${BATCHES}/upload`,
    post('x', { 'Content-Type': 'multipart/form-data; x=1' }),
    400,
    'invalid_multipart',
    /form/,
  ],
];

for (const [title, path, init, status, code, says] of BAD) {
  test(title, async () => {
    const { http } = harness();
    const problem = await refusal(await http.request(path, init));
    assert.equal(problem.status, status);
    assert.equal(problem.code, code);
    assert.match(JSON.stringify([problem.detail, problem.problems]), says);
  });
}

test('a method that a path does not know is 405, with those it knows', async () => {
  const { http } = harness();
  const response = await http.request(BATCHES, { method: 'PUT' });
  assert.equal(response.headers.get('allow'), 'GET, HEAD, POST');
  assert.equal((await refusal(response)).status, 405);
});

test('what breaks inside says nothing of the inside, and the log has it all', async () => {
  const { http, log } = harness();
  const response = await http.request('/api/v1/ask', post({ question: 'break' }));
  const problem = await refusal(response);
  assert.equal(problem.status, 500);
  assert.doesNotMatch(JSON.stringify(problem), /secret/);
  assert.match(String(log[0]?.error), /secret/);
  assert.equal(log[0]?.requestId, problem.requestId);
});

test('a body over the limit is refused by its announced length', async () => {
  const { http } = harness({ limits: { ...DEFAULT_LIMITS, maxJsonBytes: 10 } });
  const response = await http.request(BATCHES, post('{}', { 'Content-Length': '11' }));
  assert.equal((await refusal(response)).code, 'body_too_large');
});

test('a body over the limit is refused without an announced length too', async () => {
  const { http } = harness({ limits: { ...DEFAULT_LIMITS, maxJsonBytes: 10 } });
  const response = await http.request(BATCHES, post({ workload: 'answers', items: ['a'] }));
  assert.equal(response.status, 413);
});

test('a body that is not UTF-8 is refused', async () => {
  const { http } = harness();
  const latin1 = Buffer.from('{"question":"Stra\xdfe"}', 'latin1');
  const init = { method: 'POST', body: latin1, headers: { 'Content-Type': 'application/json' } };
  assert.equal((await refusal(await http.request('/api/v1/ask', init))).code, 'not_utf8');
});

test('the caller may name the request, in plain characters only', async () => {
  const { http } = harness();
  const named = await http.request('/health/live', { headers: { 'X-Request-Id': 'abc-1' } });
  assert.equal(named.headers.get('x-request-id'), 'abc-1');
  const odd = await http.request('/health/live', { headers: { 'X-Request-Id': 'a b"' } });
  assert.match(odd.headers.get('x-request-id') ?? '', /^[\da-f-]{36}$/);
});

test('the log has one line a request, without queries and bodies', async () => {
  const { http, log } = harness();
  await http.request('/api/v1/ask', post({ question: 'How long?' }));
  await http.request('/api/v1/nope?q=private');
  assert.deepEqual(
    log.map(({ method, path, status }) => [method, path, status]),
    [
      ['POST', '/api/v1/ask', 200],
      ['GET', '/api/v1/nope', 404],
    ],
  );
  assert.doesNotMatch(JSON.stringify(log), /How long|private/);
});

test('metadata, settings and source of a submission arrive at the core', async () => {
  const { http, fake } = harness();
  const body = {
    workload: 'answers',
    items: ['a', { question: 'b' }],
    priority: 'high',
    name: 'n',
    metadata: { team: 'x' },
  };
  const response = await http.request(BATCHES, post({ ...body, source: 'typed' }));
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('location'), '/api/v1/batches/bat_1');
  const { priority, metadata, source, name } = fake.batches.get(1) ?? {};
  assert.deepEqual(
    { priority, metadata, source, name },
    {
      priority: 5,
      metadata: { team: 'x' },
      source: { kind: 'typed', detail: null },
      name: 'n',
    },
  );
});

test('results come as JSON lines and as CSV that no spreadsheet runs', async () => {
  const { http, fake } = harness();
  fake.add(['plain', '=cmd()', 'with "quotes", and\nlines']);
  const lines = (await (await http.request(`${BATCHES}/bat_1/results`)).text()).trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.equal(
    (JSON.parse(lines[1] as string) as { payload: { question: string } }).payload.question,
    '=cmd()',
  );
  const answers = lines.map((line) => (JSON.parse(line) as { answer: { answer: string } | null }).answer);
  assert.deepEqual(
    answers.map((answer) => answer?.answer ?? null),
    ['Two years. [1]', null, null],
  );
  const csv = await (await http.request(`${BATCHES}/bat_1/results?format=csv`)).text();
  assert.match(
    csv,
    /^seq,id,status,description,found,answer,sources,reason,.*\r\n\d,itm_\w+,\w+,plain,true,Two years\. \[1\],\[1\] /,
  );
  assert.match(csv, /,'=cmd\(\),/);
  assert.match(csv, /"with ""quotes"", and\nlines"/);
});
