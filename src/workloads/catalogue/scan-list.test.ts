import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { IncomingFile } from '#ports/workload.ts';
import { scanList } from './scan-list.ts';
import type { Scan } from './scan-list.ts';

const GOODREADS_24 =
  'Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies'.split(
    ',',
  );
const GOODREADS_31 = [
  ...GOODREADS_24.slice(0, 22),
  'Read Count',
  'Recommended For',
  'Recommended By',
  'Owned Copies',
  'Original Purchase Date',
  'Original Purchase Location',
  'Condition',
  'Condition Description',
  'BCID',
];
const STORYGRAPH =
  'Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,Read Count,Moods,Pace,Character- or Plot-Driven?,Strong Character Development?,Loveable Characters?,Diverse Characters?,Flawed Characters?,Star Rating,Review,Content Warnings,Content Warning Description,Tags,Owned?'.split(
    ',',
  );

function fileOf(bytes: string | Uint8Array, step = 70_000, name = 'list.csv'): IncomingFile {
  const all = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return {
    name,
    mediaType: 'text/csv',
    bytes: (async function* () {
      for (let at = 0; at < all.length; at += step) yield all.subarray(at, at + step);
    })(),
  };
}

const scan = (text: string | Uint8Array, mapping: Parameters<typeof scanList>[1] = null): Promise<Scan> =>
  scanList(fileOf(text), mapping);

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function table(rows: readonly (readonly string[])[], lineEnd = '\n'): string {
  return rows.map((row) => row.map(cell).join(',')).join(lineEnd) + lineEnd;
}

/** A row of an export, by the names of its columns. */
function row(columns: readonly string[], values: Readonly<Record<string, string>>): string[] {
  return columns.map((column) => values[column] ?? '');
}

const HOBBIT = {
  'Book Id': '5907',
  Title: 'The Hobbit (Middle-earth, #0)',
  Author: 'J.R.R.  Tolkien',
  'Author l-f': 'Tolkien, J.R.R.',
  'Additional Authors': 'Alan Lee, bookworm77, 瀬田貞二',
  ISBN: '=""',
  ISBN13: '="9780261103344"',
  'My Rating': '5',
  'Exclusive Shelf': 'read',
  'My Review': 'Long ago.<br/>I said "yes" &amp; read on,\nand on.',
  'Private Notes': 'lent to nobody',
  'Read Count': '3',
};

describe('exports are known by their columns', () => {
  for (const [name, columns] of [
    ['24', GOODREADS_24],
    ['31', GOODREADS_31],
  ] as const) {
    test(`Goodreads with ${name} columns`, async () => {
      const list = await scan(table([columns, row(columns, HOBBIT)]));
      assert.deepEqual([list.format, list.needsMapping, list.books], ['goodreads', false, 1]);
      const [author] = list.authors;
      assert.deepEqual(
        [author?.name, author?.key, author?.titles, author?.isbns, author?.rating, author?.reads],
        ['J. R. R. Tolkien', 'jrr tolkien', ['The Hobbit'], ['9780261103344'], 5, 3],
      );
    });
  }

  test('StoryGraph, whose UID may be no ISBN and whose authors are a list', async () => {
    const rows = [
      row(STORYGRAPH, {
        Title: 'Good Omens',
        Authors: 'Neil Gaiman, Terry Pratchett',
        'ISBN/UID': '9780060853983',
        'Read Status': 'read',
        'Star Rating': '4.25',
      }),
      row(STORYGRAPH, {
        Title: 'Coraline',
        Authors: 'Neil Gaiman',
        Contributors: 'Dave McKean (Illustrator)',
        'ISBN/UID': 'a9f00c3e-1',
        'Read Status': 'to-read',
      }),
    ];
    const list = await scan(table([STORYGRAPH, ...rows]));
    assert.equal(list.format, 'storygraph');
    assert.deepEqual(
      list.authors.map(({ name, books, isbns }) => [name, books, isbns]),
      [
        ['Neil Gaiman', 2, ['9780060853983']],
        ['Terry Pratchett', 1, ['9780060853983']],
      ],
    );
  });

  test('LibraryThing: tabs, brackets, quotes that are letters, and bytes that are not UTF-8', async () => {
    const head =
      'Book Id\tTitle\tSort Character\tPrimary Author\tSecondary Author\tRating\tISBN\tISBNs\tDate Read';
    const good =
      '1\t"Surprise", he said\t1\tMárquez, Gabriel García\t\t4.5\t[2070291340]\t2070291340, 9782070291342\t[2007-04-16]';
    const latin = '2\tÉmile\t1\tZola, Émile\t\t\t[]\t\t';
    const bytes = Buffer.concat([
      Buffer.from(`${head}\n${good}\n`, 'utf8'),
      Buffer.from(latin, 'latin1'),
      Buffer.from('\n'),
    ]);
    const list = await scan(bytes);
    assert.equal(list.format, 'librarything');
    assert.deepEqual(
      list.authors.map(({ name, titles }) => [name, titles]),
      [
        ['Gabriel García Márquez', ['"Surprise", he said']],
        ['Émile Zola', ['Émile']],
      ],
    );
  });

  test('Open Library and plain tables', async () => {
    const open = await scan(
      'Work ID,Title,Authors,ISBN,My Ratings\nOL1W,Dune,Frank Herbert,9780441172719,5\n',
    );
    assert.deepEqual([open.format, open.authors[0]?.key], ['openlibrary', 'frank herbert']);
    const plain = await scan('title;author;isbn\r\nDune;Herbert, Frank;978-0-441-17271-9\r\n');
    assert.deepEqual(
      [plain.format, plain.authors[0]?.name, plain.authors[0]?.isbns],
      ['plain', 'Frank Herbert', ['9780441172719']],
    );
  });
});

describe('tables that no exporter makes', () => {
  test('columns are proposed by their names, in other languages too', async () => {
    const list = await scan('Nr.,Buchtitel,Autor,ISBN-Nummer\n1,Dune,Frank Herbert,9780441172719\n');
    assert.deepEqual([list.format, list.needsMapping], ['unknown', true]);
    assert.deepEqual(list.mapping, { title: 'Buchtitel', author: 'Autor', isbn: 'ISBN-Nummer' });
    const sure = await scan('Nr.,Buchtitel,Autor,ISBN-Nummer\n1,Dune,Frank Herbert,9780441172719\n', {
      author: 3,
      title: 'buchtitel',
    });
    assert.deepEqual([sure.format, sure.needsMapping, sure.authors[0]?.titles], ['mapped', false, ['Dune']]);
  });

  test('where no name tells the author, the names in a column beside an ISBN or a title do', async () => {
    const rows = '1,Mort,Terry Pratchett,9780552131063\n2,Dune,Frank Herbert,\n';
    const list = await scan(`Nr,Buch,Wer,Nummer\n${rows}`);
    assert.deepEqual([list.needsMapping, list.mapping], [true, { title: 'Buch', author: 3, isbn: 4 }]);
    assert.deepEqual(
      list.authors.map(({ name }) => name),
      ['Terry Pratchett', 'Frank Herbert'],
    );
    await assert.rejects(scan('first name,city\nAnn,New York\n'), { code: 'not_a_book_list' });
  });

  test('without a header the ISBN shows itself, and names look like names', async () => {
    const list = await scan(
      'dune messiah,Frank Herbert,9780441172719\nthe left hand of darkness,Ursula Le Guin,9780441478125\n',
    );
    assert.deepEqual(
      [list.needsMapping, list.mapping],
      [true, { hasHeader: false, title: 1, author: 2, isbn: 3 }],
    );
    assert.equal(list.books, 2);
  });

  test('a column that is not there is named, with those that are', async () => {
    await assert.rejects(scan('a,b\n1,2\n', { author: 'Writer' }), {
      code: 'no_such_column',
      message: /there are: a, b/,
    });
  });

  test('what is no list of books says so, and how to export one', async () => {
    await assert.rejects(scan('first name,city\nAnn,Rome\n'), {
      code: 'not_a_book_list',
      message: /options\.mapping = .+Export library/,
    });
    await assert.rejects(scan(''), { code: 'not_a_book_list' });
    await assert.rejects(scan('<!DOCTYPE html><html>'), {
      code: 'not_a_list',
      kind: 'unsupported',
      message: /a web page/,
    });
    await assert.rejects(scan(Uint8Array.from([0x50, 0x4b, 3, 4, ...Array(600).fill(0)])), {
      code: 'not_a_list',
      message: /Office document/,
    });
  });
});

test('spellings of one author are one, and two people stay two', async () => {
  const names = [
    'J.R.R. Tolkien',
    'Tolkien, J. R. R.',
    'John Ronald Reuel Tolkien',
    'Christopher Tolkien',
    'Fyodor Dostoevsky',
    'Fyodor Dostoyevsky',
    'J. Smith',
    'John Smith',
    'Jane Smith',
  ];
  const list = await scan(table([['Title', 'Author'], ...names.map((name, i) => [`Book ${i}`, name])]));
  assert.deepEqual(
    list.authors.map(({ name, books }) => `${name} ${books}`),
    [
      'John Ronald Reuel Tolkien 3',
      'Christopher Tolkien 1',
      'Fyodor Dostoyevsky 2',
      'J. Smith 1',
      'John Smith 1',
      'Jane Smith 1',
    ],
  );
  assert.deepEqual(list.authors[0]?.alsoSpelled, ['J. R. R. Tolkien']);
});

test('rows that name nobody are counted and told by their line', async () => {
  const list = await scan('Title,Author\nBeowulf,Anonymous\nDune,Frank Herbert\nMix,Various\n');
  assert.deepEqual([list.books, list.leftOut, list.problems.map(({ line }) => line)], [3, 2, [2, 4]]);
});

/** Cells as exporters write them, and as nobody should. */
const TEXT = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '=cmd|" /C calc"!A0',
    '@SUM(1+1)',
    '+1',
    '-1',
    'a "quoted" word',
    'line\nbreak',
    'a, b; c',
    '\ufeff',
    '</script>',
    '&amp;<br/>',
    "Robert'); DROP TABLE",
  ),
);
const NAME = fc.constantFrom(
  'Ursula K. Le Guin',
  'Le Guin,  Ursula K.',
  'Gabriel García Márquez',
  'N. K. Jemisin',
  '村上 春樹',
);
const ISBN = fc.constantFrom('=""', '="9780141439471"', '=9780141439471', '9780141439471', '080442957X', '');

test('whatever the order, case, padding, BOM and line ends, the same authors and books come out', async () => {
  const BOOK = fc.record({
    Title: TEXT,
    Author: NAME,
    ISBN13: ISBN,
    'My Rating': fc.constantFrom('0', '3', '5'),
    'My Review': TEXT,
    'Private Notes': TEXT,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(BOOK, { minLength: 1, maxLength: 12 }),
      fc.shuffledSubarray([...GOODREADS_24], { minLength: 24 }),
      fc.record({
        lineEnd: fc.constantFrom('\n', '\r\n'),
        bom: fc.boolean(),
        upper: fc.boolean(),
        pad: fc.boolean(),
        step: fc.integer({ min: 1, max: 300 }),
      }),
      async (books, order, { lineEnd, bom, upper, pad, step }) => {
        const plain = await scan(table([GOODREADS_24, ...books.map((book) => row(GOODREADS_24, book))]));
        const header = order
          .map((name) => (upper ? name.toUpperCase() : name))
          .map((name) => (pad ? ` ${name} ` : name));
        const text =
          (bom ? '\ufeff' : '') + table([header, ...books.map((book) => row(order, book))], lineEnd);
        const other = await scanList(fileOf(text, step), null);
        assert.equal(other.format, 'goodreads');
        const facts = ({ authors }: Scan): unknown => authors.map((each) => ({ ...each, line: 0 }));
        assert.deepEqual(facts(other), facts(plain));
      },
    ),
    { numRuns: 60 },
  );
});

test('reviews and private notes are in nothing that comes out of a list', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^zq[a-z]{12}$/), async (secret) => {
      const book = {
        ...HOBBIT,
        'My Review': `so ${secret}`,
        'Private Notes': secret,
        Spoiler: secret,
        Bookshelves: secret,
      };
      const list = await scan(table([GOODREADS_24, row(GOODREADS_24, book)]));
      assert.ok(!JSON.stringify(list).includes(secret));
    }),
    { numRuns: 20 },
  );
});

describe('hostile lists', () => {
  test('formulas are text, and name nobody or somebody like any text', async () => {
    const list = await scan(
      'Title,Author\n"=HYPERLINK(""http://x"")","=cmd|\' /C calc\'!A0"\nDune,=Frank Herbert\n',
    );
    assert.ok(list.authors.every(({ name }) => !/^[=+@-]/.test(name)));
  });

  test('a million columns are refused at once', async () => {
    await assert.rejects(scan(`Title,Author${',x'.repeat(400_000)}\n`), { code: 'too_many_columns' });
    await assert.rejects(scan(`Title,Author\n${','.repeat(2_000_000)}\n`), {
      code: /line_too_long|too_many_columns/,
    } as never);
  });

  test('a quote that is never closed is told by its line', async () => {
    await assert.rejects(scan('Title,Author\nA,B C\n"Dune,Frank Herbert\nC,D E\n'), {
      code: 'quote_not_closed',
      message: /Line 3/,
    });
  });

  test('a line without an end is refused before it fills the memory', async () => {
    await assert.rejects(scan('x'.repeat(3 * 1024 * 1024)), { code: 'line_too_long' });
  });

  test('a long list takes no more memory than its authors', async () => {
    const line = `${row(GOODREADS_24, { ...HOBBIT, 'My Review': 'r'.repeat(2_000) })
      .map(cell)
      .join(',')}\n`;
    const head = `${GOODREADS_24.join(',')}\n`;
    const part = new TextEncoder().encode(line.repeat(30));
    let sent = 0;
    const file: IncomingFile = {
      name: 'long.csv',
      mediaType: 'text/csv',
      bytes: (async function* () {
        yield new TextEncoder().encode(head);
        for (; sent < 24 * 2 ** 20; sent += part.length) yield part;
      })(),
    };
    const list = await scanList(file, null);
    assert.equal(list.authors.length, 1);
    assert.ok(list.books > 5_000);
  });
});
