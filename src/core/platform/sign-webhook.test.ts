import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mintWebhookSecret, signedHeaders } from './sign-webhook.ts';

const MESSAGE = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', seconds: 1_614_265_330, body: '{"test": 2432232314}' };

test('a webhook is signed as the vector of Standard Webhooks says', async () => {
  const headers = await signedHeaders(MESSAGE, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
  assert.deepEqual(headers, {
    'webhook-id': MESSAGE.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('while a secret is replaced both sign, and no two secrets are alike', async () => {
  const secrets = [mintWebhookSecret(), mintWebhookSecret()];
  assert.equal(new Set(secrets).size, 2);
  for (const secret of secrets) assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const { 'webhook-signature': both } = await signedHeaders(MESSAGE, secrets);
  assert.equal(new Set(both?.split(' ')).size, 2);
});
