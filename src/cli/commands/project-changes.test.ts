import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProjectDetail } from '#sdk/wire/projects.ts';
import { ChangeProject } from '#sdk/wire/projects.ts';
import { readProjectChanges, SETTINGS } from './project-changes.ts';
import { Refusal } from '../refusal.ts';

const CAPS = { pending: 10, concurrency: null, cachedBytes: null, documents: 5 };
const NONE: ProjectDetail['settings'] = {
  generator: null,
  embedder: null,
  prompts: { product: null, project: 'Be brief.', workloads: { answers: null } },
  fallback: null,
  stale: null,
  rewarm: null,
  rates: null,
  tokensPerDay: null,
  catalogue: null,
  caps: CAPS,
  alerts: null,
};

test('settings are named with their parts, and parts that are not named stay', () => {
  const changes = readProjectChanges(
    [
      'tokensPerDay=100000',
      'caps.pending=5000',
      'caps.documents=default',
      'rates.project=600/minute,10000/day',
      'stale=serve',
      'generator=openai:small',
      'generator.baseUrl=http://127.0.0.1:1/v1',
      'prompts.answers=Quote = quote.',
      'rewarm.warmsMisses=yes',
    ],
    NONE,
  );
  assert.deepEqual(changes, {
    tokensPerDay: 100_000,
    caps: { ...CAPS, pending: 5_000, documents: null },
    rates: { project: ['600/minute', '10000/day'] },
    stale: 'serve',
    generator: { model: 'openai:small', baseUrl: 'http://127.0.0.1:1/v1' },
    prompts: { product: null, project: 'Be brief.', workloads: { answers: 'Quote = quote.' } },
    rewarm: { warmsMisses: true },
  });
  assert.equal(ChangeProject.safeParse(changes).success, true);
  assert.deepEqual(readProjectChanges(['caps=default', 'rates.ip=none'], NONE), {
    caps: null,
    rates: { ip: [] },
  });
});

test('what is no setting, and what cannot be its value, is refused with what there is', () => {
  for (const wrong of [
    'caps',
    'caps.size=1',
    'ttl=5',
    'caps.pending=many',
    'tokensPerDay.x=1',
    'rewarm.warmsMisses=1',
  ])
    assert.throws(() => readProjectChanges([wrong], NONE), Refusal, wrong);
});

test('every setting of the API can be changed', () => {
  const named = new Set(SETTINGS.map((name) => name.split('.')[0]));
  assert.deepEqual(named, new Set(Object.keys(ChangeProject.shape)));
});
