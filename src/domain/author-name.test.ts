import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorKey, hasOtherRole, mayBeSame, readAuthorName } from './author-name.ts';

const SAME: readonly (readonly string[])[] = [
  [
    'J.R.R. Tolkien',
    'J. R. R. Tolkien',
    'Tolkien, J. R. R.',
    'j r r  tolkien',
    'TOLKIEN, J.R.R.',
    'J.R.R.   Tolkien',
  ],
  ['Gabriel García Márquez', 'GABRIEL GARCIA MARQUEZ', 'García Márquez, Gabriel'],
  ["Flann O'Brien", 'Flann O’Brien', 'Flann OBrien'],
  ['Jo Nesbø', 'Jo Nesbo'],
  ['Ross Lockridge Jr.', 'Lockridge, Ross, Jr.', 'Ross Lockridge, Jr.'],
  ['Terry Pratchett', 'Terry Pratchett (Goodreads Author)', '="Terry Pratchett"'],
];

test('spellings of one name have one key', () => {
  for (const spellings of SAME) {
    const keys = new Set(spellings.map((spelling) => readAuthorName(spelling)?.key));
    assert.equal(keys.size, 1, `${[...keys].join(' | ')}`);
  }
});

test('a name is shown first name first, with its accents', () => {
  assert.equal(readAuthorName('García Márquez,  Gabriel')?.shown, 'Gabriel García Márquez');
  assert.equal(readAuthorName('J.R.R. Tolkien')?.shown, 'J. R. R. Tolkien');
});

test('what names nobody is no name', () => {
  for (const text of ['', '   ', '123', '—', 'Various', 'Anonymous', 'unknown author', 'x'.repeat(5_000)])
    assert.equal(readAuthorName(text), null, text.slice(0, 20));
});

test('names of other scripts are names', () => {
  assert.equal(readAuthorName('村上 春樹')?.key, '村上 春樹');
  assert.equal(readAuthorName('Фёдор Достоевский')?.key, authorKey('ФЕДОР ДОСТОЕВСКИИ'));
});

test('initials and given names may be the same person; other given names are not', () => {
  assert.ok(mayBeSame(authorKey('J.R.R. Tolkien'), authorKey('John Ronald Reuel Tolkien')));
  assert.ok(mayBeSame(authorKey('E. E. Cummings'), authorKey('Edward Estlin Cummings')));
  assert.ok(mayBeSame(authorKey('J. Tolkien'), authorKey('John Tolkien')));
  assert.ok(!mayBeSame(authorKey('J. Tolkien'), authorKey('Christopher Tolkien')));
  assert.ok(!mayBeSame(authorKey('Jon Green'), authorKey('Jan Green')));
  assert.ok(!mayBeSame(authorKey('Haruki Murakami'), authorKey('Ryu Murakami')));
});

test('a long surname may be spelled in two ways, a short one not', () => {
  assert.ok(mayBeSame(authorKey('Fyodor Dostoyevsky'), authorKey('Fyodor Dostoevsky')));
  assert.ok(!mayBeSame(authorKey('John Smith'), authorKey('John Smyth')));
});

test('who translated or illustrated is told from who wrote', () => {
  for (const text of [
    'Edith Grossman (Translator)',
    'Quentin Blake [Illustrator]',
    'A. Reader (Narrator)',
    'X (ed.)',
  ])
    assert.ok(hasOtherRole(text), text);
  assert.ok(!hasOtherRole('Neil Gaiman (Goodreads Author)'));
});
