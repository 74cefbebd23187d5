import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '#domain/json.ts';
import { chunksOf, withoutUsage } from './chunks-of.ts';
import { judgeTurn } from './judge-turn.ts';
import { isRepeatable, turnKeyOf } from './turn-key.ts';
import { wholeOf } from './whole-of.ts';

const digest = (text: string): string => hash('sha256', text, 'hex');
const keyOf = (request: JsonObject, relay = 'a'): string =>
  turnKeyOf(digest, { kind: 'chat', relay, request });

function turnedRound(value: Json): Json {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turnedRound(member as Json)]),
  );
}

test('the order of members makes no other key, and any other difference does', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (given) => {
      // As it comes over the wire.
      const request = JSON.parse(JSON.stringify(given)) as JsonObject;
      assert.equal(keyOf(request), keyOf(turnedRound(request) as JsonObject));
    }),
  );
  const base = { model: 'm', messages: [{ role: 'user', content: 'a' }] };
  const others: JsonObject[] = [
    { ...base, model: 'n' },
    { ...base, messages: [{ role: 'system', content: 'a' }] },
    { ...base, messages: [...base.messages, ...base.messages] },
    { ...base, seed: 1 },
    { ...base, what_comes_tomorrow: true },
    { ...base, stop: ['a', 'b'] },
    { ...base, stop: ['b', 'a'] },
  ];
  assert.equal(new Set([base, ...others].map((request) => keyOf(request))).size, others.length + 1);
  assert.notEqual(keyOf(base), keyOf(base, 'b'));
  assert.equal(keyOf(base), keyOf({ ...base, user: 'u', stream: true, n: 1, temperature: null }));
  assert.equal(isRepeatable({ ...base, store: true }), false);
});

test('a completion cut into chunks and put together again says the same', () => {
  const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }];
  const messages: JsonObject[] = [
    { role: 'assistant', content: 'One two three. '.repeat(20) },
    { role: 'assistant', content: null, tool_calls: calls },
    { role: 'assistant', content: 'Yes.', reasoning_content: 'Because.' },
  ];
  for (const message of messages) {
    const whole = {
      id: 'x',
      created: 1,
      model: 'm',
      system_fingerprint: 'fp',
      object: 'chat.completion',
      choices: [0, 1].map((index) => ({ index, message, finish_reason: 'stop' })),
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    };
    const chunks = chunksOf(JSON.stringify(whole));
    assert.deepEqual(wholeOf(chunks), whole);
    const plain = chunks.flatMap((chunk) => withoutUsage(chunk) ?? []);
    assert.equal(plain.length, chunks.length - 1);
    assert.equal(
      plain.some((chunk) => chunk.includes('"usage"')),
      false,
    );
  }
});

test('chunks that come in bits are one call of a tool, one list of logprobs, one refusal', () => {
  const chunk = (delta: object, rest: object = {}) =>
    JSON.stringify({
      id: 'x',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, ...rest }],
      usage: null,
    });
  const whole = wholeOf([
    chunk({ role: 'assistant', content: 'a' }, { logprobs: { content: [{ token: 'a' }] } }),
    chunk({ content: 'b' }, { logprobs: { content: [{ token: 'b' }] } }),
    chunk({ tool_calls: [{ index: 1, id: 'c2', function: { name: 'g', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: '{' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '}' } }] }),
    chunk({ refusal: 'No' }),
    chunk({ refusal: '.' }, { finish_reason: 'stop' }),
  ]);
  const [choice] = whole['choices'] as unknown as { message: JsonObject; logprobs: { content: object[] } }[];
  assert.equal(choice?.message['content'], 'ab');
  assert.equal(choice?.message['refusal'], 'No.');
  assert.equal(choice?.logprobs.content.length, 2);
  assert.deepEqual(choice?.message['tool_calls'], [
    { id: 'c1', function: { name: 'f', arguments: '{}' } },
    { id: 'c2', function: { name: 'g', arguments: '' } },
  ]);
  assert.deepEqual([judgeTurn(whole).isKeepable, judgeTurn(whole).isFinished], [false, true]);
});
