import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Seal } from './seal.ts';

test('each sealing has a nonce of its own, over many draws of nonces', () => {
  const seal = new Seal('a secret that is long enough for a key', 'tests');
  const nonces = Array.from({ length: 5_000 }, () => seal.seal('x', 'y').subarray(0, 12).toString('hex'));
  assert.equal(new Set(nonces).size, 5_000);
});

test('what is sealed opens under its own words, in whatever order others were sealed and opened', () => {
  const seal = new Seal('a secret that is long enough for a key', 'tests');
  const one = seal.seal('one ü', 'project 1');
  const two = seal.seal(Buffer.from('two'), 'project 2');
  assert.equal(seal.open(two, 'project 2').toString(), 'two');
  assert.equal(seal.open(one, 'project 1').toString(), 'one ü');
  assert.equal(seal.seal('', 'project 1').length, 28);
  assert.throws(() => seal.open(one, 'project 2'));
  assert.throws(() => seal.open(two.subarray(0, 12), 'project 2'));
});

test('what is sealed keeps its bytes while others are sealed', () => {
  const seal = new Seal('a secret that is long enough for a key', 'tests');
  const first = seal.seal('first', 'x');
  for (let n = 0; n < 2_000; n += 1) seal.seal(`text ${n}`, 'x');
  assert.equal(seal.open(first, 'x').toString(), 'first');
});
