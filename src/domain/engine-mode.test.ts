import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  beginEngine,
  ENGINE_MOVES,
  LONGEST_STEADY_MS,
  LOST_AFTER_MS,
  STEADY_MS,
  stepEngine,
} from './engine-mode.ts';
import type { EngineState } from './engine-mode.ts';

/** Steps through answers (`+` up, `-` down) half a second apart. */
function walk(state: EngineState, answers: string, from: number): EngineState[] {
  const states: EngineState[] = [];
  for (const [at, answer] of answers.split('').entries())
    states.push((state = stepEngine(state, answer === '+', from + at * 500)));
  return states;
}

const kinds = (states: readonly EngineState[]): string => states.map(({ kind }) => kind[0]).join('');

test('a short silence changes nothing, a longer one does', () => {
  assert.equal(LOST_AFTER_MS, 1_500);
  assert.equal(kinds(walk(beginEngine(true, 0), '+--+---+', 0)), 'ssssssss');
  assert.equal(kinds(walk(beginEngine(true, 0), '+----', 0)), 'sssss'.slice(0, 4) + 'a');
});

test('a service that is back is used once it has answered for a while without a gap', () => {
  assert.equal(STEADY_MS, 2_000);
  assert.equal(kinds(walk(beginEngine(false, 0), '+++-+++++', 0)), 'aaaaaaaas');
});

test('one that comes and goes has to prove itself longer each time, up to a limit; then it is forgiven', () => {
  let state = beginEngine(true, 0);
  let now = 0;
  const until = (isUp: boolean, kind: string): number => {
    const from = now;
    while (state.kind !== kind) state = stepEngine(state, isUp, (now += 100));
    return now - from;
  };
  const waits: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    until(false, 'alone');
    waits.push(until(true, 'shared') - 100);
  }
  assert.deepEqual(waits, [4_000, 8_000, 16_000, 32_000, 60_000, LONGEST_STEADY_MS, LONGEST_STEADY_MS]);
  now += 61_000;
  until(false, 'alone');
  assert.equal(until(true, 'shared') - 100, STEADY_MS);
});

test('each move is in the table', () => {
  const states = walk(beginEngine(true, 0), '-'.repeat(5) + '+'.repeat(20) + '-'.repeat(5), 0);
  for (const [at, state] of states.slice(1).entries()) {
    const { kind } = states[at] as EngineState;
    assert.ok(state.kind === kind || (ENGINE_MOVES[kind] as readonly string[]).includes(state.kind));
  }
});
