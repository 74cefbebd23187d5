import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AesSealer } from './aes-sealer.ts';

const [OLD, NEW] = ['the old secret of the installation', 'the new secret of the installation'] as const;

const keys = (...all: string[]) => ({ newest: all[0] ?? null, all });

test('what is sealed is unreadable, differs each time, and opens under the same words alone', () => {
  const sealer = new AesSealer(keys(NEW));
  const [one, two] = [sealer.seal('whsec_abc ü', 'project 1'), sealer.seal('whsec_abc ü', 'project 1')];
  assert.notEqual(one, two);
  assert.ok(!one.includes('abc'));
  assert.equal(sealer.open(one, 'project 1'), 'whsec_abc ü');
  assert.throws(() => sealer.open(one, 'project 2'), { code: 'seal_broken' });
  const at = one.length - 3;
  const changed = `${one.slice(0, at)}${one[at] === 'A' ? 'B' : 'A'}${one.slice(at + 1)}`;
  assert.throws(() => sealer.open(changed, 'project 1'), { code: 'seal_broken' });
});

test('a key is rotated: the new one seals, the old one still opens until it is taken away', () => {
  const old = new AesSealer(keys(OLD));
  const kept = old.seal('text', 'x');
  const both = new AesSealer(keys(NEW, OLD));
  assert.equal(both.open(kept, 'x'), 'text');
  assert.equal(both.isCurrent(kept), false);
  const anew = both.seal('text', 'x');
  assert.equal(both.isCurrent(anew), true);
  assert.equal(new AesSealer(keys(NEW)).open(anew, 'x'), 'text');
  assert.throws(() => new AesSealer(keys(NEW)).open(kept, 'x'), { code: 'sealed_with_unknown_key' });
});

test('without a key texts stay as they are, and what was plain opens when there is one', () => {
  const none = new AesSealer(keys());
  assert.equal(none.seal('text', 'x'), 'text');
  assert.equal(none.isCurrent('text'), true);
  const sealer = new AesSealer(keys(NEW));
  assert.equal(sealer.open('text', 'x'), 'text');
  assert.equal(sealer.isCurrent('text'), false);
  assert.equal(none.isCurrent(sealer.seal('text', 'x')), false);
});

test('a key that is switched off still opens, and seals nothing more', () => {
  const kept = new AesSealer(keys(OLD)).seal('text', 'x');
  const off = new AesSealer({ newest: null, all: [OLD] });
  assert.equal(off.open(kept, 'x'), 'text');
  assert.equal(off.seal('text', 'x'), 'text');
  assert.equal(off.isCurrent(kept), false);
  assert.deepEqual([off.newest, off.names.length], [null, 1]);
});
