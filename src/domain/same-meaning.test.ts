import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayMeanTheSame } from './same-meaning.ts';

const SAME = [
  ['When are salaries paid?', 'On which day is the salary paid?'],
  ['How long is the warranty?', 'What is the warranty period?'],
  ['How much holiday do I get?', 'How many days of holiday do I get?'],
  ['Lisbon: travel allowance?', 'What is the travel allowance in Lisbon?'],
  ['WHEN ARE SALARIES PAID?', 'When are salaries paid?'],
  ['Does my manager at Acme sign it?', 'does my manager sign it?'],
  ['', '?'],
] as const;

const DIFFERENT = [
  ['How do I enable two-factor login?', 'How do I disable two-factor login?'],
  ['Who is the contact for plant 3?', 'Who is the contact for plant 4?'],
  ['Who is the contact for plant 3?', 'Who is the contact for the plant?'],
  ['When was Acme founded?', 'Who founded Acme?'],
  ['When are salaries paid?', 'How much are salaries?'],
  ['Where is the office?', 'When is the office open?'],
  ['Is it paid?', "Isn't it paid?"],
  ['Can I travel with a dog?', 'Can I travel without a dog?'],
  ['What is the allowance in Lisbon?', 'What is the allowance in Oslo?'],
] as const;

test('questions that ask the same of the same may mean the same', () => {
  for (const [a, b] of SAME) assert.ok(mayMeanTheSame(a, b) && mayMeanTheSame(b, a), `${a} | ${b}`);
});

test('numbers, negations, opposites, names and what is asked for tell questions apart', () => {
  for (const [a, b] of DIFFERENT) assert.ok(!mayMeanTheSame(a, b) && !mayMeanTheSame(b, a), `${a} | ${b}`);
});
