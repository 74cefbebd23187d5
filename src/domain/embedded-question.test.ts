import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packQuestion, similarityAtMost } from './embedded-question.ts';

/** A direction with so many numbers, of which all but one in `sparse` are zero. */
function directionOf(seed: number, size: number, sparse: number): Float32Array {
  let state = seed;
  const numbers = Float32Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return i % sparse === 0 ? state / 2 ** 31 - 1 : 0;
  });
  const length = Math.hypot(...numbers);
  return numbers.map((value) => value / length);
}

test('a packed question is never less like a vector than it is, and hardly more', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const [size, sparse] = [seed % 2 === 0 ? 384 : 1_536, 1 + (seed % 7)];
    const [question, chunk] = [directionOf(seed, size, sparse), directionOf(seed * 7, size, sparse)];
    const exact = question.reduce((sum, value, i) => sum + value * (chunk[i] as number), 0);
    const packed = packQuestion(question);
    assert.equal(packed.length, 8 + size);
    const most = similarityAtMost(packed, chunk);
    assert.ok(most >= exact && most < exact + 0.03, `${most} for ${exact}`);
    assert.ok(similarityAtMost(packed, question) >= 1 - 1e-6);
  }
});

test('vectors of two embedders have nothing in common', () => {
  assert.equal(similarityAtMost(packQuestion(Float32Array.of(1, 0)), Float32Array.of(1, 0, 0)), 0);
  assert.equal(similarityAtMost(packQuestion(new Float32Array()), new Float32Array()), 0);
});
