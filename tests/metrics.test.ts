import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const MONITORING = join(import.meta.dirname, '..', 'examples', 'monitoring');
/** `name{label="value",…} number`, as Prometheus reads it. */
const LINE =
  /^([a-z_:][\w:]*)(\{(?:[a-z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (-?(?:[\d.]+(?:e[+-]?\d+)?|Inf)|NaN)$/i;

describe('/metrics', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(folder.path);
    await server.client.projects.create('quiet');
    await server.client.projects.change('quiet', { caps: { pending: 8, documents: 4 } });
    await server.client.ask('Is there a canteen?');
    await server.client.ask('Is there a canteen?');
    const batch = await server.client.batches.submit({
      workload: 'answers',
      items: ['Who?', 'Where?', 'who'],
    });
    await server.client.batches.wait(batch.id);
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  async function scrape(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`${server.url}/metrics`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const values = new Map<string, number>();
    for (const line of (await response.text()).split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const read = LINE.exec(line);
      assert.ok(read, `no line of Prometheus: ${line}`);
      values.set(`${read[1]}${read[2] ?? ''}`, Number(read[3]));
    }
    return values;
  }

  test('what happened in a project is told under its name, and of no other', async () => {
    // Hits and misses are gathered for a moment before they are stored.
    let values = await scrape();
    while (!values.get('preheat_asks_total{project="default",result="hit"}')) values = await scrape();
    assert.equal(values.get('preheat_items_ended_total{project="default",outcome="completed"}'), 2);
    assert.equal(values.get('preheat_asks_total{project="default",result="hit"}'), 1);
    assert.equal(values.get('preheat_asks_total{project="quiet",result="hit"}'), 0);
    assert.equal(values.get('preheat_items{project="default",state="pending"}'), 0);
    assert.equal(values.get('preheat_ready'), 1);
    assert.equal(values.get('preheat_cap_used_ratio{project="quiet",cap="documents"}'), 0);
    assert.equal(values.get('preheat_cap_used_ratio{project="quiet",cap="cached_bytes"}'), undefined);
    assert.equal(values.get('preheat_workers'), 1);
    const asks = 'method="POST",route="/api/v1/ask",status="2xx"';
    assert.equal(values.get(`preheat_http_request_duration_seconds_count{${asks}}`), 2);
  });

  test('what is named like a counter is one, and each counter is named like one', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => [name, type]);
    assert.ok(types.length > 40);
    for (const [name = '', type] of types) assert.equal(name.endsWith('_total'), type === 'counter', name);
  });

  test('no path, question or key is a label', async () => {
    await fetch(`${server.url}/api/v1/batches/bat_zzz?text=secret`, { headers: { 'Preheat-Key': 'secret' } });
    await fetch(`${server.url}/nowhere/secret`);
    for (const name of (await scrape()).keys()) assert.doesNotMatch(name, /secret|bat_|canteen/);
  });

  test('the example rules and the dashboard name figures that there are', async () => {
    const known = new Set([...(await scrape()).keys()].map((name) => name.replace(/\{.*/, '')));
    // Only where a model outside of this process was called, and where there is a Redis (tests/redis-access.test.ts).
    known.add('preheat_model_breaker_open');
    for (const what of ['memory_bytes', 'memory_limit_bytes', 'latency_seconds'])
      known.add(`preheat_service_${what}`);
    const texts = ['alerts.yml', 'dashboard.json'].map((file) =>
      readFileSync(join(MONITORING, file), 'utf8'),
    );
    const named = texts.join('\n').match(/\b(?:preheat|nodejs|process)_\w+/g) ?? [];
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });
});
