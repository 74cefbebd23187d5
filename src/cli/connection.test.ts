import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, connectionFlags, curl } from './connection.ts';
import { Refusal } from './refusal.ts';

test('an address that is none is refused before anything is sent', () => {
  for (const url of ['', 'localhost', 'localhost:7400', 'ftp://x', '7400']) {
    assert.throws(() => connect({ url }), Refusal, url);
  }
  assert.equal(connect({ url: 'http://h:1/' }).url, 'http://h:1');
});

test('a command to type has what the server needs, and never the key itself', () => {
  const at = { url: 'http://h:1', project: 'sales', hasKey: true };
  assert.equal(
    curl(at, 'POST', '/batches/bat_1/retry'),
    'curl -X POST -H "Authorization: Bearer $PREHEAT_API_KEY" -H "Preheat-Project: sales" http://h:1/api/v1/batches/bat_1/retry',
  );
  assert.equal(connectionFlags(at), ' --url http://h:1 --project sales');
  assert.equal(connectionFlags({ url: 'http://127.0.0.1:7400', project: undefined }), '');
});
