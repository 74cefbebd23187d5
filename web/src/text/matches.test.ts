import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markMatches } from './matches.ts';

test('words of a search are marked where they stand alone, in any capitals', () => {
  const marked = (text: string, ...matches: string[]) =>
    markMatches(text, matches)
      .map((part) => (part.isMatch ? `[${part.text}]` : part.text))
      .join('');
  assert.equal(marked('Dogs and hotdogs. DOGS!', 'dogs'), '[Dogs] and hotdogs. [DOGS]!');
  assert.equal(marked('It isn’t 3.5 (or 3x5).', "isn't", '3.5'), 'It [isn’t] [3.5] (or 3x5).');
  assert.equal(marked('Größe, ÄRMEL', 'größe', 'ärmel'), '[Größe], [ÄRMEL]');
  assert.equal(marked('Nothing here.'), 'Nothing here.');
});
