import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWorkTitle, likeness, mainTitle, skeletonOf, titleKey, withoutSeries } from './title.ts';

test('the series is no part of the title', () => {
  assert.equal(withoutSeries('The Way of Kings (The Stormlight Archive, #1)'), 'The Way of Kings');
  assert.equal(withoutSeries('Edgedancer (The Stormlight Archive #2.5)'), 'Edgedancer');
  assert.equal(withoutSeries('Both (Saga, #1-2)'), 'Both');
  assert.equal(withoutSeries('Notes (from the Underground)'), 'Notes (from the Underground)');
});

test('spellings of one title have one key', () => {
  const keys = ['The Hobbit', 'the  HOBBIT', 'Hobbit', 'The Hobbit (Middle-earth, #0)'].map(titleKey);
  assert.deepEqual(new Set(keys), new Set(['hobbit']));
  assert.equal(titleKey('Pride & Prejudice'), titleKey('Pride and prejudice'));
  assert.equal(titleKey('The'), 'the');
});

test('a subtitle can be left off', () => {
  assert.equal(mainTitle('Sapiens: A Brief History of Humankind'), 'Sapiens');
  assert.equal(mainTitle('Dune'), 'Dune');
});

test('what is spelled by ear has the same skeleton, or a like one', () => {
  const of = (title: string): string => skeletonOf(titleKey(title));
  assert.equal(of('Frankenstien'), of('Frankenstein'));
  assert.equal(of('The Colour of Magic'), of('The Color of Magic'));
  assert.equal(of('Hitchhikers Guide to the Galaxy'), of("The Hitchhiker's Guide to the Galaxy"));
  assert.ok(likeness('hary poter', 'harry potter') > likeness('hary poter', 'harry truman'));
});

test('study guides and boxes are no works, books that sound a little like them are', () => {
  for (const title of [
    'SparkNotes Harry Potter',
    "Summary of Michelle Obama's Becoming",
    'A Study Guide for Toni Morrison',
    'Harry Potter Boxed Set',
    'The Hunger Games: 3 books collection',
    'Harry Potter Series Box Set (Harry Potter, #1-7)',
    'Dune Workbook',
    'Books 1-3',
  ])
    assert.ok(!isWorkTitle(title), title);
  for (const title of [
    'The Box',
    'A Guide for the Perplexed',
    'Notes from Underground',
    'Set This House on Fire',
    'The Silent Companions',
  ])
    assert.ok(isWorkTitle(title), title);
});
