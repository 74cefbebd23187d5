import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Fault } from '#domain/fault.ts';
import { describeSettings, isLoopback, readConfig, settingsInForce } from './config.ts';
import { bucketOf } from './settings/document-settings.ts';

/** The names that a refusal of these settings names, with what it says of each. */
function problemsOf(environment: Record<string, string>): Record<string, string> {
  try {
    readConfig(environment);
  } catch (error) {
    const fault = error as Fault;
    assert.equal(fault.code, 'bad_settings');
    for (const { field, message } of fault.problems)
      assert.ok(fault.message.includes(`${field} ${message}`), 'a person sees it too');
    return Object.fromEntries(fault.problems.map(({ field, message }) => [field ?? '', message]));
  }
  return {};
}

describe('settings', () => {
  test('all have a default', () => {
    const config = readConfig({});
    assert.deepEqual(
      [config.PREHEAT_HOST, config.PREHEAT_PORT, config.PREHEAT_DATA, config.PREHEAT_CONCURRENCY],
      ['127.0.0.1', 7400, './data', 8],
    );
  });

  test('what is given is taken; what is given empty is as if not given', () => {
    const config = readConfig({ PREHEAT_PORT: '0', PREHEAT_DATA: '', PREHEAT_SYNCHRONOUS: 'NORMAL' });
    assert.deepEqual(
      [config.PREHEAT_PORT, config.PREHEAT_DATA, config.PREHEAT_SYNCHRONOUS],
      [0, './data', 'NORMAL'],
    );
  });

  test('every problem is told at once, and what would be right', () => {
    const problems = problemsOf({
      PREHEAT_PORT: '70000',
      PREHEAT_CONCURRENCY: 'many',
      PREHEAT_SYNCHRONOUS: 'OFF',
      PREHEAT_LOG_LEVEL: 'verbose',
    });
    assert.deepEqual(problems, {
      PREHEAT_PORT: 'must be a whole number from 0 to 65535, not "70000"',
      PREHEAT_CONCURRENCY: 'must be a whole number from 0 to 1000, not "many"',
      PREHEAT_SYNCHRONOUS: 'must be one of FULL, NORMAL, not "OFF"',
      PREHEAT_LOG_LEVEL: 'must be one of debug, info, warn, error, silent, not "verbose"',
    });
  });

  test('numbers are whole and written in digits', () => {
    for (const text of ['-1', '1.5', '1e3', '0x10', ' 8', '8 ', 'NaN', 'Infinity', '9'.repeat(400)]) {
      assert.deepEqual(Object.keys(problemsOf({ PREHEAT_CONCURRENCY: text })), ['PREHEAT_CONCURRENCY'], text);
    }
  });

  test('a text may be anything, even what a problem begins with', () => {
    assert.equal(readConfig({ PREHEAT_DATA: 'must be here' }).PREHEAT_DATA, 'must be here');
  });

  test('a misspelt name is a problem; names of others, of tests and of the command line are not', () => {
    assert.deepEqual(Object.keys(problemsOf({ PREHEAT_CONCURENCY: '4' })), ['PREHEAT_CONCURENCY']);
    readConfig({
      PATH: '/bin',
      PREHEATER: 'x',
      PREHEAT_TEST_SEED: '1',
      PREHEAT_URL: 'http://h',
      PREHEAT_API_KEY: 'k',
      PREHEAT_PROJECT: 'p',
    });
  });

  test('on any other address than loopback a key is required', () => {
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'preheat.example', '127.0.0.1.example']) {
      assert.deepEqual(Object.keys(problemsOf({ PREHEAT_HOST: host })), ['PREHEAT_ADMIN_KEY'], host);
      readConfig({ PREHEAT_HOST: host, PREHEAT_ADMIN_KEY: 'secret' });
    }
    for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]']) {
      assert.ok(isLoopback(host), host);
      readConfig({ PREHEAT_HOST: host });
    }
  });

  test('a bucket needs its keys, and an address without a path', () => {
    assert.deepEqual(
      problemsOf({ PREHEAT_BLOBS: 's3://files', PREHEAT_S3_ENDPOINT: 'http://127.0.0.1:9000/x' }),
      {
        PREHEAT_S3_ACCESS_KEY_ID: 'must be set when PREHEAT_BLOBS is a bucket',
        PREHEAT_S3_SECRET_ACCESS_KEY: 'must be set when PREHEAT_BLOBS is a bucket',
        PREHEAT_S3_ENDPOINT: 'must be an address without a path, such as http://127.0.0.1:9000',
      },
    );
    assert.deepEqual(Object.keys(problemsOf({ PREHEAT_BLOBS: 'ftp://files' })), ['PREHEAT_BLOBS']);
    assert.deepEqual(bucketOf('s3://files/team/a'), { name: 'files', prefix: 'team/a/' });
    assert.deepEqual(bucketOf('s3://files/'), { name: 'files', prefix: '' });
  });

  test('a refusal never repeats the key', () => {
    const fault = (): void => void readConfig({ PREHEAT_ADMIN_KEY: 'hush', PREHEAT_PORT: 'x' });
    assert.throws(fault, (error: Fault) => !error.message.includes('hush'));
  });

  test('docs/configuration.md is current: node scripts/write-configuration.ts writes it', () => {
    const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    assert.ok(page.includes(`-->\n\n${describeSettings()}\n\n<!-- /settings -->`));
  });
});

test('settings in force say what was changed, and nothing that may be secret', () => {
  const shown = settingsInForce(readConfig({ PREHEAT_PORT: '7500', PREHEAT_ADMIN_KEY: 'a-long-secret' }));
  const byName = new Map(shown.map((setting) => [setting.name, setting]));
  assert.deepEqual(
    [byName.get('PREHEAT_PORT')?.value, byName.get('PREHEAT_PORT')?.isDefault],
    ['7500', false],
  );
  assert.equal(byName.get('PREHEAT_DATA')?.isDefault, true);
  assert.deepEqual(
    [byName.get('PREHEAT_ADMIN_KEY')?.value, byName.get('PREHEAT_ADMIN_KEY')?.isDefault],
    [null, false],
  );
  assert.doesNotMatch(JSON.stringify(shown), /a-long-secret/);
});
